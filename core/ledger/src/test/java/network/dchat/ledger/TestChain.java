package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;

/// A chain whose four validators are all here and agree.
final class TestChain {
    private final List<SigningKey> keys = IntStream.rangeClosed(1, 4)
            .mapToObj(index -> Samples.key("consensus" + index))
            .sorted(Comparator.comparing(key -> ValidatorAddress.of(key.publicKey()))).toList();
    private final List<CommittedBlock> blocks = new ArrayList<>();
    private ChainState state;

    TestChain(Genesis genesis) {
        this.state = ChainState.genesis(genesis);
    }

    ChainState state() {
        return state;
    }

    CommittedBlock block(int height) {
        return blocks.get(height - 1);
    }

    /// Decides the next block.
    CommittedBlock decide(List<Transaction> transactions) {
        List<ByteString> encoded = transactions.stream().map(Transaction::encoded).toList();
        long height = state.height() + 1;
        Commit lastCommit = blocks.isEmpty()
                ? Commit.getDefaultInstance()
                : blocks.getLast().getCommit();
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION)
                        .setApp(Blocks.APP_VERSION))
                .setChainId(state.chainId()).setHeight(height).setTime(Samples.time(timeAt(height)))
                .setLastBlockId(lastCommit.getBlockId())
                .setLastCommitHash(Blocks.commitHash(lastCommit).bytes())
                .setDataHash(Blocks.dataHash(encoded).bytes())
                .setValidatorsHash(state.validators().hash().bytes())
                .setNextValidatorsHash(state.nextValidators().hash().bytes())
                .setConsensusHash(Blocks.consensusHash(state.parameters()).bytes())
                .setAppHash(state.root().bytes()).setLastResultsHash(Blocks.resultsHash(0).bytes())
                .setEvidenceHash(Blocks.evidenceHash(EvidenceList.getDefaultInstance()).bytes())
                .setProposerAddress(state.validators().address(0).bytes()).build();
        Block block = Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(encoded)).setLastCommit(lastCommit)
                .build();
        CommittedBlock committed = CommittedBlock.newBuilder().setBlock(block)
                .setCommit(commit(Blocks.blockId(block), height))
                .setValidators(state.validators().toProto()).build();
        BlockOutcome outcome = state.apply(BlockFacts.of(block), encoded);
        if (!(outcome instanceof BlockOutcome.Applied applied)) {
            throw new IllegalStateException(outcome.toString());
        }
        state = applied.state();
        blocks.add(committed);
        return committed;
    }

    /// A commit by all four validators in round 1.
    Commit commit(BlockId id, long height) {
        Commit.Builder commit = Commit.newBuilder().setHeight(height).setRound(1).setBlockId(id);
        for (int index = 0; index < keys.size(); index++) {
            commit.addSignatures(
                    CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setValidatorAddress(state.validators().address(index).bytes())
                            .setTimestamp(Samples.time(timeAt(height) + index)));
        }
        for (int index = 0; index < keys.size(); index++) {
            sign(commit, index);
        }
        return commit.build();
    }

    /// Signs an entry of a commit anew.
    void sign(Commit.Builder commit, int index) {
        ByteString bytes = CanonicalBytes.voteSignBytes(state.chainId(),
                CommitVerifier.vote(commit.build(), index));
        commit.setSignatures(index, commit.getSignatures(index).toBuilder()
                .setSignature(keys.get(index).sign(bytes).bytes()));
    }

    private static long timeAt(long height) {
        return Samples.GENESIS_MILLIS + 1000 * height;
    }
}
