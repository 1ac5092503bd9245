package network.dchat.ledger;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.RejectionCode;

/// The light blocks by which trust moves from one height to another, as one who has the blocks
/// finds them for others: the target at once where the validators allow it, else half way first.
public final class LightPath {
    private LightPath() {}

    /// Where light blocks come from.
    @FunctionalInterface
    public interface Blocks {
        /// The light block of a height; empty when it is not or no longer kept.
        ///
        /// @throws IOException when it cannot be read
        Optional<LightBlock> at(long height) throws IOException;
    }

    /// The light blocks from a trusted height to a target, both known to be final; ascending, the
    /// target last. Of a longer path the first [LedgerLimits#MAXIMUM_LIGHT_BLOCKS]: who takes them
    /// asks again from there. Empty when a block that is needed is not kept, or does not hold.
    ///
    /// @throws IOException when a block cannot be read
    public static Optional<List<LightBlock>> between(TrustedChain trusted, long target,
            Blocks blocks) throws IOException {
        TrustedChain chain = trusted;
        List<LightBlock> path = new ArrayList<>();
        Deque<LightBlock> waiting = new ArrayDeque<>();
        while (chain.height() < target && path.size() < LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
            if (waiting.isEmpty()) {
                Optional<LightBlock> last = blocks.at(target);
                if (last.isEmpty()) {
                    return Optional.empty();
                }
                waiting.push(PortableProofs.signedParts(last.get()));
            }
            LightBlock lowest = waiting.element();
            switch (chain.advance(lowest)) {
                case Verified.Accepted<TrustedChain>(TrustedChain longer) -> {
                    chain = longer;
                    path.add(waiting.pop());
                }
                case Verified.Rejected<TrustedChain>(Rejection rejection) -> {
                    long height = lowest.getSignedHeader().getHeader().getHeight();
                    Optional<LightBlock> between = rejection.code() == RejectionCode.NOT_FOUND
                            ? blocks.at(chain.height() + (height - chain.height()) / 2)
                            : Optional.empty();
                    if (between.isEmpty()) {
                        return Optional.empty();
                    }
                    waiting.push(PortableProofs.signedParts(between.get()));
                }
            }
        }
        return Optional.of(path);
    }
}
