package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;

/// The chain up to its last final block: what the next block is built on and judged by. Immutable.
public final class Chain {
    /// What never changes.
    ///
    /// @param consensusHash hash of the parameters, as headers carry it
    /// @param genesisTime time of the first block
    record Constants(Hash consensusHash, Timestamp genesisTime) {}

    /// What each block changes.
    ///
    /// @param commit the commit of the last block; empty before the first
    /// @param transactions number of transactions in the last block
    record Tip(long height, BlockId blockId, Timestamp time, Optional<Commit> commit,
            int transactions) {}

    private final Constants constants;
    private final Tip tip;
    private final ChainState state;

    private Chain(Constants constants, Tip tip, ChainState state) {
        this.constants = constants;
        this.tip = tip;
        this.state = state;
    }

    /// The chain before its first block.
    ///
    /// @throws IllegalArgumentException when the genesis breaks a rule
    public static Chain begin(Genesis genesis) {
        ChainState state = ChainState.genesis(genesis);
        Timestamp time = WireForm.timestamp(genesis.getGenesisTimeMillis());
        Tip tip = new Tip(0, BlockId.getDefaultInstance(), time, Optional.empty(), 0);
        return new Chain(new Constants(Blocks.consensusHash(state.parameters()), time), tip, state);
    }

    /// The chain after a block of the own block file, whose signatures are not verified again.
    ///
    /// @throws IllegalStateException when the block does not follow
    public Chain after(CommittedBlock committed) {
        return decide(committed.getBlock(), committed.getCommit(), judge(BlockJudge.Known.NOTHING))
                .chain();
    }

    /// This chain at a later block, by the state after it as [ChainState#toBytes] wrote it, without
    /// applying the blocks between. The header after that block names the state's root: compare.
    ///
    /// @param last the block, its commit and the set that signed, from the own block file
    /// @throws IllegalArgumentException when the state is not that after the block
    public Chain restore(ByteString saved, CommittedBlock last) {
        ChainState restored = ChainState.fromBytes(saved);
        Header header = last.getBlock().getHeader();
        if (!restored.networkId().equals(network()) || restored.height() != header.getHeight()
                || !restored.blockHash().equals(Blocks.headerHash(header))) {
            throw new IllegalArgumentException("state: of height " + restored.height()
                    + " (expected: of this network, after block " + header.getHeight() + ")");
        }
        Tip at = new Tip(header.getHeight(), last.getCommit().getBlockId(), header.getTime(),
                Optional.of(last.getCommit()), last.getBlock().getData().getTxsCount());
        return new Chain(constants, at, restored);
    }

    /// The final height that this valid block makes with its commit.
    Decision decide(Block block, Commit commit, BlockRules rules) {
        CommittedBlock committed = CommittedBlock.newBuilder().setBlock(block).setCommit(commit)
                .setValidators(describeValidators()).build();
        Header header = block.getHeader();
        Tip next = new Tip(header.getHeight(), commit.getBlockId(), header.getTime(),
                Optional.of(commit), block.getData().getTxsCount());
        Chain after = new Chain(constants, next, rules.stateAfter(block));
        return new Decision(committed, commit.getBlockId(), after);
    }

    /// The final height that a block from a peer makes, if it is the next one and two thirds
    /// signed it.
    ///
    /// Where the block after it was fetched too, the commit within that one is tried first: then
    /// it is this chain's last commit, and its signatures are verified once instead of twice.
    ///
    /// @param within the commit of this height in the block after it, unverified
    /// @throws IllegalStateException when two thirds signed an invalid block
    Optional<Decision> verify(CommittedBlock fetched, Optional<Commit> within, BlockRules rules) {
        Block block = clean(fetched.getBlock());
        Optional<Commit> proof = Stream.concat(within.stream(), Stream.of(fetched.getCommit()))
                .map(Commits::clean).filter(commit -> isDecidedBy(commit, block)).findFirst();
        if (block.getHeader().getHeight() != height() + 1 || proof.isEmpty()) {
            return Optional.empty();
        }
        rules.fault(block).ifPresent(fault -> {
            throw new IllegalStateException("block " + (height() + 1) + " that two thirds signed: "
                    + fault + " (expected: valid)");
        });
        return Optional.of(decide(block, proof.get(), rules));
    }

    private boolean isDecidedBy(Commit commit, Block block) {
        CommitVerdict verdict = CommitVerifier.verify(chainId(), state.validators(), height() + 1,
                Blocks.blockId(block), commit);
        return verdict instanceof CommitVerdict.Accepted;
    }

    /// Why the state would not accept this transaction now; empty when it would.
    public Optional<Rejection> check(Transaction transaction) {
        return state.check(transaction);
    }

    /// The next block, of as many of these transactions and this evidence as may stand in it.
    ///
    /// @param better a commit of the last block with more signatures than the one that decided it
    Block build(List<Transaction> waiting, List<DuplicateVoteEvidence> evidence,
            Optional<Commit> better, ValidatorAddress proposer) {
        return judge(BlockJudge.Known.NOTHING).build(waiting, evidence, better.or(tip::commit),
                proposer);
    }

    /// What the next height begins with.
    ///
    /// @param key the own consensus key
    /// @param known what was verified already
    HeightContext next(Optional<PublicKey> key, HeightParts parts, BlockJudge.Known known) {
        OptionalInt own = key.map(ValidatorAddress::of).map(state.validators()::index)
                .orElse(OptionalInt.empty());
        return new HeightContext(chainId(), height() + 1, state.validators(), state.rotation(), own,
                tip.time(), judge(known), parts);
    }

    /// Height of the last block; 0 before the first.
    public long height() {
        return tip.height();
    }

    /// The chain's name in headers and votes.
    public String chainId() {
        return state.chainId();
    }

    /// What every signature of the network is bound to.
    public NetworkId network() {
        return state.networkId();
    }

    /// Id of the last block; empty before the first.
    public Optional<BlockId> blockId() {
        return height() == 0 ? Optional.empty() : Optional.of(tip.blockId());
    }

    /// Time of the last block, of genesis before the first; epoch milliseconds.
    public long timeMillis() {
        return WireForm.millis(tip.time());
    }

    /// The state after the last block.
    public ChainState state() {
        return state;
    }

    /// Who votes on the next block.
    public ValidatorSet validators() {
        return state.validators();
    }

    /// Who votes on the next block, with the priorities of proposers at its round 0.
    public ValidatorSetProto describeValidators() {
        return state.rotation().describe(state.validators());
    }

    /// Who is to propose the next block at round 0.
    public ValidatorProto nextProposer() {
        return describeValidators().getProposer();
    }

    /// The block without anything that its hash does not cover.
    private static Block clean(Block block) {
        try {
            return Block.parseFrom(Blocks.encode(block));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("block: own encoding does not decode", impossible);
        }
    }

    private BlockJudge judge(BlockJudge.Known known) {
        return new BlockJudge(constants, tip, state, known);
    }
}
