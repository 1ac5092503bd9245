package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Certified;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.LightPath;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;

/// What the nodes of one test share: who is who, which relays are up, the mail, a chain of one
/// validator, the archive. Guarded by itself.
public final class Town {
    private static final SigningKey VALIDATOR = SigningKey
            .fromSeed(ByteString.copyFromUtf8("validator".repeat(4).substring(0, 32)));

    final Map<WalletAddress, Certified<UserRecord>> records = new ConcurrentHashMap<>();
    final MemoryArchive archive = new MemoryArchive();
    final Map<ByteString, List<Envelope>> mailboxes = new HashMap<>();
    final Map<ByteString, ByteString> senders = new HashMap<>();
    final Map<PeerId, LoneRelay.Service> open = new LinkedHashMap<>();
    private final Map<PeerId, String> addresses = new ConcurrentHashMap<>();
    private final Map<PeerId, String> operators = new ConcurrentHashMap<>();
    private final Map<PeerId, RejectionCode> refusing = new ConcurrentHashMap<>();
    private final Map<PeerId, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final Map<ByteString, Finality> ordered = new HashMap<>();
    private OptionalLong blockAgeMillis = OptionalLong.empty();
    private final NavigableMap<Long, SigningKey> signers = new TreeMap<>(Map.of(1L, VALIDATOR));
    private final List<CommittedBlock> chain = new ArrayList<>();
    private long height;
    private long timeMillis;
    private int lightBlockRequests;

    /// The genesis with this chain's validator.
    public static Genesis genesis() {
        return Genesis.newBuilder().setName("test").addValidators(GenesisValidator.newBuilder()
                .setConsensusKey(VALIDATOR.publicKey().bytes()).setPower(1)).build();
    }

    /// The archive of everybody.
    public MemoryArchive archive() {
        return archive;
    }

    /// The newest record of a user.
    public Optional<UserRecord> record(WalletAddress user) {
        return Optional.ofNullable(records.get(user)).map(Certified::value);
    }

    /// A relay can be found and reached from now on.
    public void up(PeerId relay, String address, String operator) {
        operators.put(relay, operator);
        addresses.put(relay, address);
    }

    /// A relay is gone.
    public synchronized void down(PeerId relay) {
        addresses.remove(relay);
        open.remove(relay);
    }

    /// A relay refuses every message from now on.
    public void refuse(PeerId relay, RejectionCode code) {
        refusing.put(relay, code);
    }

    /// A relay takes messages again.
    public void accept(PeerId relay) {
        refusing.remove(relay);
    }

    /// How many messages a relay refused.
    public int refusals(PeerId relay) {
        return refused.getOrDefault(relay, new AtomicInteger()).get();
    }

    /// Blocks are made from now on, each for one message, of which each is so old.
    public synchronized void blocks(long ageMillis) {
        blockAgeMillis = OptionalLong.of(ageMillis);
    }

    Optional<String> address(PeerId relay) {
        return Optional.ofNullable(addresses.get(relay));
    }

    /// The refusal that a message meets at a relay.
    Optional<RejectionCode> refusal(PeerId relay) {
        Optional<RejectionCode> code = Optional.ofNullable(refusing.get(relay));
        code.ifPresent(
                _ -> refused.computeIfAbsent(relay, _ -> new AtomicInteger()).incrementAndGet());
        return code;
    }

    List<PeerRecord> relays() {
        return addresses.keySet().stream().sorted()
                .map(relay -> new PeerRecord(
                        relay, List.of(), new NodeProfile(Set.of(Role.RELAY), "",
                                operators.getOrDefault(relay, ""), Capabilities.NONE, 0),
                        1, Long.MAX_VALUE / 2, 0))
                .toList();
    }

    /// Where a commitment stands; empty while there are no blocks.
    synchronized Optional<Finality> order(NodeIdentity relay, ByteString commitment,
            long nowMillis) {
        if (blockAgeMillis.isPresent() && !ordered.containsKey(commitment)) {
            OrderCommitment parsed = OrderCommitment.parse(commitment).orElseThrow();
            ordered.put(commitment, PortableProofs.finality(parsed,
                    decide(relay, parsed, nowMillis - blockAgeMillis.getAsLong()), 0, 0));
        }
        return Optional.ofNullable(ordered.get(commitment));
    }

    /// All validators are replaced by another, two heights later, and some blocks are made.
    public synchronized void replaceValidators(String chainId, int blocks) {
        signers.put(height + 2, SigningKey.fromSeed(
                Sha256.of(ByteString.copyFromUtf8("validator from " + (height + 2))).bytes()));
        for (int count = 0; count < blocks; count++) {
            decide(chainId, List.of(), 0);
        }
    }

    /// The light blocks that one asks for who trusts a height.
    synchronized List<LightBlock> lightBlocks(long above, long until) {
        lightBlockRequests++;
        TrustedChain begin = above == 0
                ? TrustedChain.of(genesis())
                : TrustedChain.of(lightBlock(above));
        try {
            return LightPath.between(begin, until, at -> Optional.of(lightBlock(at))).orElseThrow();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// How often light blocks were asked for.
    public synchronized int lightBlockRequests() {
        return lightBlockRequests;
    }

    private LightBlock lightBlock(long at) {
        return PortableProofs.lightBlock(chain.get((int) at - 1));
    }

    private ValidatorSet validators(long at) {
        return ValidatorSet
                .of(List.of(new Validator(signers.floorEntry(at).getValue().publicKey(), 1)));
    }

    private CommittedBlock decide(NodeIdentity relay, OrderCommitment commitment, long atMillis) {
        return decide(relay.network().chainId(),
                List.of(Transactions
                        .orderBatch(relay.networkId(), relay.key(), height + 1, List.of(commitment))
                        .encoded()),
                atMillis);
    }

    private CommittedBlock decide(String chainId, List<ByteString> data, long wantedMillis) {
        height++;
        timeMillis = Math.max(timeMillis + 1, wantedMillis);
        ValidatorSet validators = validators(height);
        Timestamp time = Timestamp.newBuilder().setSeconds(timeMillis / 1000)
                .setNanos((int) (timeMillis % 1000) * 1_000_000).build();
        ByteString filler = ByteString.copyFrom(new byte[32]);
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION)
                        .setApp(Blocks.APP_VERSION))
                .setChainId(chainId).setHeight(height).setTime(time).setLastCommitHash(filler)
                .setDataHash(Blocks.dataHash(data).bytes())
                .setValidatorsHash(validators.hash().bytes())
                .setNextValidatorsHash(validators(height + 1).hash().bytes())
                .setConsensusHash(filler).setAppHash(filler).setLastResultsHash(filler)
                .setEvidenceHash(filler).setProposerAddress(validators.address(0).bytes()).build();
        Block block = Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(data)).build();
        CommittedBlock committed = CommittedBlock.newBuilder().setBlock(block)
                .setCommit(commit(chainId, Blocks.blockId(block), time, validators))
                .setValidators(validators.toProto()).build();
        chain.add(committed);
        return committed;
    }

    private Commit commit(String chainId, BlockId id, Timestamp time, ValidatorSet validators) {
        Commit.Builder commit = Commit.newBuilder().setHeight(height).setBlockId(id)
                .addSignatures(CommitSig.newBuilder()
                        .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                        .setValidatorAddress(validators.address(0).bytes()).setTimestamp(time));
        ByteString bytes = CanonicalBytes.voteSignBytes(chainId,
                CommitVerifier.vote(commit.build(), 0));
        commit.getSignaturesBuilder(0)
                .setSignature(signers.floorEntry(height).getValue().sign(bytes).bytes());
        return commit.build();
    }
}
