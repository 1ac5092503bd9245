package network.dchat.validator.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import network.dchat.identity.Verified;
import network.dchat.ledger.LightPath;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.TrustedChain;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;
import network.dchat.wire.v1.RejectionCode;

/// Finds the light blocks by which trust moves from one height to another. For many threads, of
/// which two at a time may search.
public final class LightBlocks {
    private static final int SEARCHES = 2;

    private final ChainView view;
    private final Genesis genesis;
    private final Semaphore searches = new Semaphore(SEARCHES);

    /// Light blocks of a chain.
    public LightBlocks(ChainView view, Genesis genesis) {
        this.view = view;
        this.genesis = genesis;
    }

    /// What is asked for, at most 256; the first of them where more are needed.
    ///
    /// @throws IOException when a block cannot be read
    public Verified<List<LightBlock>> find(LightBlocksRequest request) throws IOException {
        long latest = view.latest().height();
        long above = request.getAbove();
        long height = request.getHeight() == 0 ? latest : request.getHeight();
        if (above < 0 || above > latest || height < 0 || height > latest) {
            return Verified.rejected(RejectionCode.INVALID,
                    "above, height: " + above + ", " + height + " (expected: 0 to " + latest + ")");
        }
        if (!searches.tryAcquire()) {
            return Verified.rejected(RejectionCode.OVERLOADED,
                    "light blocks: " + SEARCHES + " searches (expected: fewer at a time)");
        }
        try {
            Optional<TrustedChain> begin = above == 0
                    ? Optional.of(TrustedChain.of(genesis))
                    : block(above).map(TrustedChain::of);
            Optional<List<LightBlock>> path = begin.isEmpty()
                    ? Optional.empty()
                    : LightPath.between(begin.get(), height, this::block);
            return path.<Verified<List<LightBlock>>>map(Verified::accepted)
                    .orElseGet(() -> Verified.rejected(RejectionCode.UNAVAILABLE,
                            "light blocks: one that is needed is not kept (kept: from "
                                    + view.firstHeight() + ")"));
        } finally {
            searches.release();
        }
    }

    private Optional<LightBlock> block(long height) throws IOException {
        return view.block(height).map(PortableProofs::lightBlock);
    }
}
