package network.dchat.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Hash;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Account;
import network.dchat.ledger.BlockFacts;
import network.dchat.ledger.BlockOutcome;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.LightPath;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.mailbox.ObservedBlock;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.AccountRequest;
import network.dchat.wire.v1.AccountResponse;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.ChainStatusResponse;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;
import network.dchat.wire.v1.SubscribeRequest;
import org.slf4j.LoggerFactory;

/// A chain of one validator over the real ledger: decides by itself, at once when there is work,
/// and makes an empty block every 500 ms. Its consensus key can be replaced by another, two heights
/// later, as if the whole validator set changed.
final class ChainFixture extends ChainGrpc.ChainImplBase implements AutoCloseable {
    static final String VALIDATOR = "validator";

    private final NodeIdentity identity;
    private ChainState state;
    /// From each height on, who decides.
    private final NavigableMap<Long, SigningKey> signers = new TreeMap<>();
    private final List<CommittedBlock> blocks = new ArrayList<>();
    private final List<Transaction> pool = new ArrayList<>();
    private final Set<Hash> known = new LinkedHashSet<>();
    private final List<ServerCallStreamObserver<CommittedBlock>> followers = new ArrayList<>();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    ChainFixture(NodeIdentity identity) {
        this.identity = identity;
        this.state = ChainState.genesis(identity.genesis());
        signers.put(1L, TestUser.key(VALIDATOR + "/consensus"));
        Future<?> _ = timers.scheduleWithFixedDelay(this::decideLoudly, 500, 500,
                TimeUnit.MILLISECONDS);
    }

    /// Another validator decides from two heights on; says from which.
    synchronized long replaceValidator() {
        long from = blocks.size() + 2L;
        signers.put(from, TestUser.key(VALIDATOR + "/consensus" + from));
        return from;
    }

    /// Followers get a next block that another validator than the present one signed.
    synchronized void showForgery(long signerOf) {
        long height = blocks.size() + 1L;
        SigningKey signer = signer(signerOf);
        CommittedBlock forgery = block(height, List.of(), signer, set(signer));
        followers.forEach(follower -> follower.onNext(forgery));
    }

    synchronized int height() {
        return blocks.size();
    }

    synchronized long commitments() {
        return blocks.stream().mapToLong(block -> ObservedBlock.of(block).batches().stream()
                .mapToLong(batch -> batch.commitments().size()).sum()).sum();
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }

    @Override
    public synchronized void submit(SubmitTransactionsRequest request,
            StreamObserver<SubmitTransactionsResponse> answer) {
        SubmitTransactionsResponse.Builder response = SubmitTransactionsResponse.newBuilder();
        List<Verified<Transaction>> checked = Transactions.verifyAll(identity.networkId(),
                request.getTransactionsList());
        for (int index = 0; index < checked.size(); index++) {
            Hash hash = Blocks.transactionHash(request.getTransactions(index));
            SubmitResult.Builder result = SubmitResult.newBuilder().setHash(hash.bytes());
            Optional<network.dchat.identity.Rejection> fault = known.contains(hash)
                    ? Optional.empty()
                    : checked.get(index)
                            .then(transaction -> state.check(transaction)
                                    .<Verified<Transaction>>map(Verified.Rejected::new)
                                    .orElseGet(() -> Verified.accepted(transaction)))
                            .refusal();
            fault.ifPresent(rejection -> result.setRejection(rejection.toWire()));
            if (fault.isEmpty() && known.add(hash)) {
                pool.add(checked.get(index).orElseThrow());
            }
            response.addResults(result);
        }
        answer.onNext(response.build());
        answer.onCompleted();
        timers.execute(this::decideLoudly);
    }

    @Override
    public synchronized void status(ChainStatusRequest request,
            StreamObserver<ChainStatusResponse> answer) {
        answer.onNext(ChainStatusResponse.newBuilder().setChainId(identity.network().chainId())
                .setHeight(blocks.size()).build());
        answer.onCompleted();
    }

    @Override
    public synchronized void account(AccountRequest request,
            StreamObserver<AccountResponse> answer) {
        Account account = state.account(WalletAddress.parse(request.getAddress()).orElseThrow());
        answer.onNext(AccountResponse.newBuilder().setAccount(account.toWire())
                .setHeight(blocks.size()).build());
        answer.onCompleted();
    }

    @Override
    public synchronized void registry(RegistryRequest request,
            StreamObserver<RegistryResponse> answer) {
        RegistryResponse.Builder response = RegistryResponse.newBuilder().setHeight(blocks.size());
        state.nodes(Role.RELAY).forEach(node -> response.addNodes(
                RegisteredNode.newBuilder().setPeerKey(node.getPeerKey()).setRole(Role.RELAY)));
        answer.onNext(response.build());
        answer.onCompleted();
    }

    @Override
    public synchronized void proof(ProofRequest request, StreamObserver<ProofResponse> answer) {
        answer.onNext(proof(OrderCommitment.parse(request.getCommitment()).orElseThrow()));
        answer.onCompleted();
    }

    private ProofResponse proof(OrderCommitment commitment) {
        for (CommittedBlock block : blocks) {
            ObservedBlock observed = ObservedBlock.of(block);
            for (ObservedBlock.Batch batch : observed.batches()) {
                int index = batch.commitments().indexOf(commitment);
                if (index >= 0) {
                    return ProofResponse.newBuilder()
                            .setPosition(Position.newBuilder().setHeight(observed.height())
                                    .setTransaction(batch.transaction()).setIndex(index))
                            .setTransaction(observed.transactions().get(batch.transaction()))
                            .setPath(observed.path(batch.transaction()))
                            .setLightBlock(observed.lightBlock()).build();
                }
            }
        }
        return ProofResponse.getDefaultInstance();
    }

    @Override
    public synchronized void subscribe(SubscribeRequest request,
            StreamObserver<CommittedBlock> answer) {
        var follower = (ServerCallStreamObserver<CommittedBlock>) answer;
        follower.setOnCancelHandler(() -> leave(follower));
        if (request.getFromHeight() > 0) {
            for (int at = (int) request.getFromHeight(); at <= blocks.size(); at++) {
                follower.onNext(blocks.get(at - 1));
            }
        }
        followers.add(follower);
    }

    private synchronized void leave(ServerCallStreamObserver<CommittedBlock> follower) {
        followers.remove(follower);
    }

    private void decideLoudly() {
        try {
            decide();
        } catch (RuntimeException broken) {
            LoggerFactory.getLogger(ChainFixture.class).error("event=fixture-broken", broken);
            throw broken;
        }
    }

    private synchronized void decide() {
        List<Transaction> chosen = state.select(pool, 900_000).taken();
        pool.clear();
        CommittedBlock block = block(blocks.size() + 1,
                chosen.stream().map(Transaction::encoded).toList(), signer(blocks.size() + 1L),
                set(signer(blocks.size() + 1L)));
        if (!(state.applyVerified(BlockFacts.of(block.getBlock()),
                chosen) instanceof BlockOutcome.Applied applied)) {
            throw new IllegalStateException("fixture: a block does not apply");
        }
        state = applied.state();
        blocks.add(block);
        followers.forEach(follower -> follower.onNext(block));
    }

    private SigningKey signer(long height) {
        return signers.floorEntry(height).getValue();
    }

    private static ValidatorSet set(SigningKey signer) {
        return ValidatorSet.of(List.of(new Validator(signer.publicKey(), 10)));
    }

    private CommittedBlock block(long height, List<ByteString> transactions, SigningKey signer,
            ValidatorSet set) {
        String chainId = identity.network().chainId();
        long before = blocks.isEmpty()
                ? 0
                : Timestamps.toMillis(blocks.getLast().getBlock().getHeader().getTime());
        Timestamp time = Timestamps.fromMillis(Math.max(before + 1, System.currentTimeMillis()));
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION))
                .setChainId(chainId).setHeight(height).setTime(time)
                .setLastCommitHash(Blocks.commitHash(Commit.getDefaultInstance()).bytes())
                .setDataHash(Blocks.dataHash(transactions).bytes())
                .setValidatorsHash(set.hash().bytes())
                .setNextValidatorsHash(set(signer(height + 1)).hash().bytes())
                .setEvidenceHash(Blocks.evidenceHash(EvidenceList.getDefaultInstance()).bytes())
                .setProposerAddress(set.address(0).bytes()).build();
        Block block = Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(transactions)).build();
        Commit unsigned = Commit.newBuilder().setHeight(height).setBlockId(Blocks.blockId(block))
                .addSignatures(
                        CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                                .setValidatorAddress(set.address(0).bytes()).setTimestamp(time))
                .build();
        ByteString message = CanonicalBytes.voteSignBytes(chainId,
                CommitVerifier.vote(unsigned, 0));
        Commit commit = unsigned.toBuilder().setSignatures(0,
                unsigned.getSignatures(0).toBuilder().setSignature(signer.sign(message).bytes()))
                .build();
        return CommittedBlock.newBuilder().setBlock(block).setCommit(commit)
                .setValidators(set.toProto()).build();
    }

    @Override
    public synchronized void lightBlocks(LightBlocksRequest request,
            StreamObserver<LightBlock> answers) {
        TrustedChain begin = request.getAbove() == 0
                ? TrustedChain.of(identity.genesis())
                : TrustedChain.of(lightBlock(request.getAbove()));
        long height = request.getHeight() == 0 ? blocks.size() : request.getHeight();
        try {
            LightPath.between(begin, height, at -> Optional.of(lightBlock(at))).orElseThrow()
                    .forEach(answers::onNext);
            answers.onCompleted();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private LightBlock lightBlock(long height) {
        return PortableProofs.lightBlock(blocks.get((int) height - 1));
    }
}
