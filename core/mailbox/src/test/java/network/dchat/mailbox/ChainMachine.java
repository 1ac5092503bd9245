package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.BlockFacts;
import network.dchat.ledger.BlockOutcome;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Selection;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.Caller;
import network.dchat.simulation.Machine;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.SignedHeader;

/// The world beside the relays: a chain with one validator and the real ledger, and a directory of
/// user records. It never fails.
final class ChainMachine implements Machine<Post, Event> {
    static final String NAME = "chain";
    static final String CHAIN_ID = GenesisRules.chainId(People.GENESIS);
    static final SigningKey VALIDATOR = People.key("validator");
    static final ValidatorSet VALIDATORS = ValidatorSet
            .of(List.of(new Validator(VALIDATOR.publicKey(), 10)));

    /// Trust in that validator before the first block.
    static final TrustedChain TRUST = TrustedChain.of(LightBlock.newBuilder()
            .setSignedHeader(SignedHeader.newBuilder()
                    .setHeader(Header.newBuilder().setChainId(CHAIN_ID)
                            .setTime(Timestamp.getDefaultInstance())
                            .setValidatorsHash(VALIDATORS.hash().bytes())
                            .setNextValidatorsHash(VALIDATORS.hash().bytes())))
            .setValidatorSet(VALIDATORS.toProto()).build());
    static final ChainTerms TERMS = new ChainTerms(People.GENESIS.getParameters());

    private static final long BLOCK_MILLIS = 40;
    private static final long IDLE_MILLIS = 500;
    /// Blocks go on until every audit is over.
    private static final long WORK_MILLIS = 8_000;

    private final List<String> relays;
    private final List<CommittedBlock> blocks = new ArrayList<>();
    private final List<Transaction> pool = new ArrayList<>();
    private final Set<Hash> known = new HashSet<>();
    private final Map<OrderCommitment, OrderPosition> positions = new HashMap<>();
    private final Map<WalletAddress, UserRoute> records = new HashMap<>();
    private ChainState state = ChainState.genesis(People.GENESIS);
    private boolean due;
    private long workedMillis;

    ChainMachine(Boot boot, List<String> relays) {
        this.relays = relays;
    }

    @Override
    public List<Action<Post, Event>> start(long nowMillis) {
        return List.of();
    }

    @Override
    public List<Action<Post, Event>> receive(String from, Post message, long nowMillis) {
        return switch (message) {
            case Post.Submit(List<ByteString> transactions) -> submit(from, transactions);
            case Post.WantBlocks(long height) -> blocks.size() < height
                    ? List.of()
                    : List.of(Action.send(from,
                            new Post.Blocks(List.copyOf(blocks.subList((int) height - 1,
                                    Math.min(blocks.size(), (int) height + 20))))));
            case Post.PublishRecord(UserRoute route) -> {
                records.merge(route.address(), route,
                        (old, fresh) -> old.sequence() > fresh.sequence() ? old : fresh);
                yield List.of();
            }
            default -> throw new IllegalStateException("chain: unexpected " + message);
        };
    }

    @Override
    public List<Action<Post, Event>> called(Caller caller, Post request, long nowMillis) {
        Post reply = switch (request) {
            case Post.AskRecord(WalletAddress address) ->
                new Post.FoundRecord(Optional.ofNullable(records.get(address)));
            case Post.AskAccount(WalletAddress address) -> new Post.Account(
                    state.account(address).sequences().highest(), state.account(address).balance());
            case Post.AskProofs(List<OrderCommitment> commitments) -> new Post.Proofs(
                    commitments.stream().flatMap(each -> proof(each).stream()).toList());
            default -> throw new IllegalStateException("chain: unexpected " + request);
        };
        return List.of(Action.reply(caller, reply));
    }

    @Override
    public List<Action<Post, Event>> apply(Event event) {
        due = false;
        long nowMillis = ((Event.MakeBlock) event).nowMillis();
        if (!pool.isEmpty()) {
            workedMillis = nowMillis;
        }
        Selection selection = state.select(pool, state.maximumTransactionBytes());
        selection.refused().forEach(refused -> known.remove(refused.transaction().hash()));
        pool.clear();
        CommittedBlock block = block(selection.taken().stream().map(Transaction::encoded).toList(),
                nowMillis);
        state = switch (state.applyVerified(BlockFacts.of(block.getBlock()), selection.taken())) {
            case BlockOutcome.Applied(ChainState after, _) -> after;
            case BlockOutcome.Refused refused -> throw new IllegalStateException("" + refused);
        };
        blocks.add(block);
        ObservedBlock observed = ObservedBlock.of(block);
        for (ObservedBlock.Batch batch : observed.batches()) {
            for (int index = 0; index < batch.commitments().size(); index++) {
                OrderPosition position = new OrderPosition(blocks.size(), batch.transaction(),
                        index);
                positions.putIfAbsent(batch.commitments().get(index), position);
            }
        }
        List<Action<Post, Event>> actions = new ArrayList<>();
        relays.forEach(relay -> actions.add(Action.send(relay, new Post.Blocks(List.of(block)))));
        if (nowMillis - workedMillis < WORK_MILLIS) {
            actions.add(next(IDLE_MILLIS));
        }
        return actions;
    }

    ChainState state() {
        return state;
    }

    private List<Action<Post, Event>> submit(String from, List<ByteString> transactions) {
        Map<Hash, Optional<Rejection>> results = new LinkedHashMap<>();
        for (ByteString transaction : transactions) {
            Hash hash = Blocks.transactionHash(transaction);
            Optional<network.dchat.identity.Rejection> fault = Optional.empty();
            if (!known.contains(hash)) {
                Transaction verified = Transactions.verify(People.NETWORK, transaction)
                        .orElseThrow();
                fault = state.check(verified);
                if (fault.isEmpty()) {
                    known.add(hash);
                    pool.add(verified);
                }
            }
            results.put(hash, fault.map(network.dchat.identity.Rejection::toWire));
        }
        List<Action<Post, Event>> actions = new ArrayList<>();
        actions.add(Action.send(from, new Post.Submitted(results)));
        if (!due && !pool.isEmpty()) {
            due = true;
            actions.add(next(BLOCK_MILLIS));
        }
        return actions;
    }

    /// Setting the timer again replaces it.
    private static Action<Post, Event> next(long delayMillis) {
        return Action.setTimer("block", delayMillis, Event.MakeBlock::new);
    }

    private Optional<Finality> proof(OrderCommitment commitment) {
        OrderPosition position = positions.get(commitment);
        if (position == null) {
            return Optional.empty();
        }
        ObservedBlock block = ObservedBlock.of(blocks.get((int) position.height() - 1));
        return Optional.of(Positions.finality(commitment, position, block,
                block.path(position.transaction())));
    }

    private CommittedBlock block(List<ByteString> transactions, long nowMillis) {
        return block(blocks.size() + 1, transactions, nowMillis);
    }

    static CommittedBlock block(long height, List<ByteString> transactions, long nowMillis) {
        long millis = nowMillis + height;
        Timestamp time = Timestamp.newBuilder().setSeconds(millis / 1_000)
                .setNanos((int) (millis % 1_000) * 1_000_000).build();
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION))
                .setChainId(CHAIN_ID).setHeight(height).setTime(time)
                .setLastCommitHash(Blocks.commitHash(Commit.getDefaultInstance()).bytes())
                .setDataHash(Blocks.dataHash(transactions).bytes())
                .setValidatorsHash(VALIDATORS.hash().bytes())
                .setNextValidatorsHash(VALIDATORS.hash().bytes())
                .setEvidenceHash(Blocks.evidenceHash(EvidenceList.getDefaultInstance()).bytes())
                .setProposerAddress(VALIDATORS.address(0).bytes()).build();
        Block block = Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(transactions)).build();
        Commit unsigned = Commit.newBuilder().setHeight(height).setBlockId(Blocks.blockId(block))
                .addSignatures(CommitSig.newBuilder()
                        .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                        .setValidatorAddress(VALIDATORS.address(0).bytes()).setTimestamp(time))
                .build();
        ByteString message = CanonicalBytes.voteSignBytes(CHAIN_ID,
                CommitVerifier.vote(unsigned, 0));
        Commit commit = unsigned.toBuilder().setSignatures(0,
                unsigned.getSignatures(0).toBuilder().setSignature(VALIDATOR.sign(message).bytes()))
                .build();
        return CommittedBlock.newBuilder().setBlock(block).setCommit(commit)
                .setValidators(VALIDATORS.toProto()).build();
    }
}
