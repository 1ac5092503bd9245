package network.dchat.starter.chain;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import network.dchat.ledger.LedgerLimits;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;

/// Where light blocks come from; what it gives is verified.
@FunctionalInterface
public interface LightBlockSource {
    /// Light blocks, ascending, by which trust moves from one height towards another.
    ///
    /// @param above what is trusted; 0 is genesis
    /// @param height what is to be verified; 0 is the latest
    /// @throws IOException when it does not give them
    List<LightBlock> lightBlocks(long above, long height) throws IOException;

    /// A node's `Chain` service. Calls block.
    static LightBlockSource of(ChainGrpc.ChainBlockingStub node) {
        return (above, height) -> {
            List<LightBlock> blocks = new ArrayList<>();
            try {
                Iterator<LightBlock> answers = node.lightBlocks(
                        LightBlocksRequest.newBuilder().setAbove(above).setHeight(height).build());
                while (answers.hasNext()) {
                    if (blocks.size() == LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
                        throw new IOException("light blocks: more than "
                                + LedgerLimits.MAXIMUM_LIGHT_BLOCKS + " (expected: up to it)");
                    }
                    blocks.add(answers.next());
                }
            } catch (StatusRuntimeException refused) {
                throw new IOException("light blocks above " + above + ": " + refused.getMessage(),
                        refused);
            }
            return blocks;
        };
    }
}
