package network.dchat.ledger;

import com.google.protobuf.Timestamp;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.Header;

/// What a block brings to the state besides its transactions.
///
/// @param height of the block
/// @param hash of the block's header: the lot for seats and for leaves that are audited
/// @param time of the block
/// @param lastCommit who signed the block before, in the order of that block's validators
/// @param evidence of equivocation, to be punished
public record BlockFacts(long height, Hash hash, Timestamp time, Commit lastCommit,
        List<DuplicateVoteEvidence> evidence) {
    /// Copies the list.
    public BlockFacts {
        evidence = List.copyOf(evidence);
    }

    /// What this block brings. Evidence of another kind than equivocation is left out: whoever
    /// judges a block refuses it before.
    public static BlockFacts of(Block block) {
        Header header = block.getHeader();
        return new BlockFacts(header.getHeight(), Blocks.headerHash(header),
                CometForm.time(header.hasTime(), header.getTime()), block.getLastCommit(),
                block.getEvidence().getEvidenceList().stream()
                        .filter(Evidence::hasDuplicateVoteEvidence)
                        .map(Evidence::getDuplicateVoteEvidence).toList());
    }

    /// A block without last commit and evidence, a second after the one before, as the first at
    /// second 1 of 1970.
    public static BlockFacts plain(long height, Hash hash) {
        return new BlockFacts(height, hash, Timestamp.newBuilder().setSeconds(height).build(),
                Commit.getDefaultInstance(), List.of());
    }

    /// The block's time in epoch milliseconds.
    long timeMillis() {
        return time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
    }
}
