package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.BlockFacts;
import network.dchat.ledger.BlockOutcome;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.Transaction;
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

/// A chain with one validator, which decides at once whatever it is given.
final class LoneChain {
    private final SigningKey validator;
    private ChainState state;
    private Commit lastCommit = Commit.getDefaultInstance();

    LoneChain(Genesis genesis, SigningKey validator) {
        this.validator = validator;
        this.state = ChainState.genesis(genesis);
    }

    ChainState state() {
        return state;
    }

    CommittedBlock decide(Transaction transaction, long nowMillis) {
        List<ByteString> data = new ArrayList<>(List.of(transaction.encoded()));
        Timestamp time = Timestamp.newBuilder().setSeconds(nowMillis / 1000)
                .setNanos((int) (nowMillis % 1000) * 1_000_000).build();
        long height = state.height() + 1;
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION)
                        .setApp(Blocks.APP_VERSION))
                .setChainId(state.chainId()).setHeight(height).setTime(time)
                .setLastBlockId(lastCommit.getBlockId())
                .setLastCommitHash(Blocks.commitHash(lastCommit).bytes())
                .setDataHash(Blocks.dataHash(data).bytes())
                .setValidatorsHash(state.validators().hash().bytes())
                .setNextValidatorsHash(state.nextValidators().hash().bytes())
                .setConsensusHash(Blocks.consensusHash(state.parameters()).bytes())
                .setAppHash(state.root().bytes()).setLastResultsHash(Blocks.resultsHash(0).bytes())
                .setEvidenceHash(Blocks.evidenceHash(EvidenceList.getDefaultInstance()).bytes())
                .setProposerAddress(state.validators().address(0).bytes()).build();
        Block block = Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(data)).setLastCommit(lastCommit).build();
        lastCommit = commit(Blocks.blockId(block), height, time);
        CommittedBlock committed = CommittedBlock.newBuilder().setBlock(block).setCommit(lastCommit)
                .setValidators(state.validators().toProto()).build();
        BlockOutcome outcome = state.apply(BlockFacts.of(block), data);
        if (!(outcome instanceof BlockOutcome.Applied applied)) {
            throw new IllegalStateException(outcome.toString());
        }
        state = applied.state();
        return committed;
    }

    private Commit commit(BlockId id, long height, Timestamp time) {
        Commit.Builder commit = Commit.newBuilder().setHeight(height).setBlockId(id).addSignatures(
                CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                        .setValidatorAddress(state.validators().address(0).bytes())
                        .setTimestamp(time));
        ByteString bytes = CanonicalBytes.voteSignBytes(state.chainId(),
                CommitVerifier.vote(commit.build(), 0));
        commit.getSignaturesBuilder(0).setSignature(validator.sign(bytes).bytes());
        return commit.build();
    }
}
