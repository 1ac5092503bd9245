package network.dchat.validator.snapshot;

import java.util.List;
import java.util.Optional;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Header;

/// The two blocks with which a block file begins after a state: the one that led to it and the next
/// one, whose header names it.
final class FirstBlocks {
    private FirstBlocks() {}

    /// What is wrong with two blocks from a peer; empty when they are those of the chain, whole and
    /// with commits that decide them.
    ///
    /// @param next the verified header of the second
    static Optional<String> fault(Header next, List<CommittedBlock> blocks) {
        if (blocks.size() != 2) {
            return Optional.of("blocks: " + blocks.size() + " (expected: 2)");
        }
        CommittedBlock first = blocks.getFirst();
        CommittedBlock second = blocks.getLast();
        if (!Blocks.blockId(first.getBlock()).equals(next.getLastBlockId())) {
            return Optional.of("block " + (next.getHeight() - 1) + ": not the one that the next"
                    + " header names");
        }
        if (!Blocks.headerHash(second.getBlock().getHeader()).equals(Blocks.headerHash(next))) {
            return Optional.of("block " + next.getHeight() + ": not of the verified header");
        }
        return commitFault(first).or(() -> commitFault(second));
    }

    private static Optional<String> commitFault(CommittedBlock block) {
        Header header = block.getBlock().getHeader();
        Optional<ValidatorSet> set = ValidatorSet.parse(block.getValidators())
                .filter(each -> each.hash().bytes().equals(header.getValidatorsHash()));
        if (set.isEmpty()) {
            return Optional.of("validators of block " + header.getHeight()
                    + ": not those that its header names");
        }
        BlockId id = Blocks.blockId(block.getBlock());
        return CommitVerifier.verify(header.getChainId(), set.get(), header.getHeight(), id,
                block.getCommit()) instanceof CommitVerdict.Accepted
                        ? Optional.empty()
                        : Optional.of(
                                "commit of block " + header.getHeight() + ": does not decide it");
    }
}
