package network.dchat.validator.rest;

import java.io.IOException;
import network.dchat.validator.chain.ChainView;
import network.dchat.wire.v1.CommittedBlock;

/// Heights as strangers write them, and the blocks that they name.
final class Heights {
    private static final int MOST_DIGITS = 19;

    private Heights() {}

    /// A height from 1 on.
    static long parse(String text) {
        try {
            long height = text.length() > MOST_DIGITS ? 0 : Long.parseLong(text);
            if (height >= 1) {
                return height;
            }
        } catch (NumberFormatException _) {
            throw none();
        }
        throw none();
    }

    /// The block of a height, or the problem that there is none.
    static CommittedBlock block(ChainView view, long height) throws IOException {
        if (height < view.firstHeight()) {
            throw ChainProblem.pruned(height, view.firstHeight());
        }
        return view.block(height).orElseThrow(() -> beyond(height, view.latest().height()));
    }

    /// A height that has not come.
    static ChainProblem beyond(long height, long latest) {
        return ChainProblem.of(ChainProblem.Kind.NOT_FOUND,
                "height " + height + ": not final (expected: up to " + latest + ")");
    }

    private static ChainProblem none() {
        return ChainProblem.of(ChainProblem.Kind.MALFORMED,
                "height: no whole number from 1 (expected: one)");
    }
}
