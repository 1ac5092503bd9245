package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;

/// Makes blocks with their commits for tests, each block of one transaction.
final class SignedBlocks {
    private final TestChain chain;
    private final List<SigningKey> keys;
    private final List<CommittedBlock> blocks = new ArrayList<>();
    private Chain tip;

    SignedBlocks(TestChain chain) {
        this.chain = chain;
        this.keys = IntStream.range(0, chain.names().size()).mapToObj(chain::consensusKey).toList();
        this.tip = chain.begin();
    }

    /// A chain of equal validators with so many blocks.
    static SignedBlocks of(int validators, int count) {
        long[] powers = new long[validators];
        Arrays.fill(powers, 1);
        SignedBlocks blocks = new SignedBlocks(new TestChain(powers));
        IntStream.range(0, count).forEach(_ -> blocks.add());
        return blocks;
    }

    /// Decides the next block.
    CommittedBlock add() {
        Transaction transaction = chain.orders(1);
        Block block = tip.build(List.of(transaction), List.of(), Optional.empty(),
                tip.validators().address(0));
        CommittedBlock committed = CommittedBlock.newBuilder().setBlock(block)
                .setCommit(commit(block, 0)).setValidators(tip.describeValidators()).build();
        tip = tip.after(committed);
        blocks.add(committed);
        return committed;
    }

    TestChain chain() {
        return chain;
    }

    Chain tip() {
        return tip;
    }

    /// All blocks, from height 1.
    List<CommittedBlock> blocks() {
        return blocks;
    }

    /// The commit of a block at the tip's height, signed by all, as of a moment after the block.
    ///
    /// @param laterMillis how much later than the usual moment
    Commit commit(Block block, long laterMillis) {
        ValidatorSet set = tip.validators();
        BlockId id = Blocks.blockId(block);
        long millis = WireForm.millis(block.getHeader().getTime()) + 10 + laterMillis;
        Commit.Builder commit = Commit.newBuilder().setHeight(block.getHeader().getHeight())
                .setBlockId(id);
        for (int index = 0; index < set.size(); index++) {
            Vote vote = Vote.newBuilder().setType(SignedMsgType.PRECOMMIT)
                    .setHeight(commit.getHeight()).setBlockId(id)
                    .setTimestamp(WireForm.timestamp(millis)).build();
            ByteString bytes = CanonicalBytes.voteSignBytes(tip.chainId(), vote);
            commit.addSignatures(
                    CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setValidatorAddress(set.address(index).bytes())
                            .setTimestamp(vote.getTimestamp())
                            .setSignature(key(set.address(index)).sign(bytes).bytes()));
        }
        return commit.build();
    }

    private SigningKey key(ValidatorAddress address) {
        return keys.stream().filter(key -> ValidatorAddress.of(key.publicKey()).equals(address))
                .findFirst().orElseThrow();
    }
}
