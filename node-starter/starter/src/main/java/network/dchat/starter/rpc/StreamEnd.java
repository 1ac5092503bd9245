package network.dchat.starter.rpc;

import java.util.function.BooleanSupplier;

/// Who has the last word on a stream: the service, or whoever cuts it off first, the guard or the
/// transport. A service that still speaks on a stream that the transport has just ended would break
/// the whole connection, so the transport says so here before it ends one.
final class StreamEnd {
    private State state = State.OPEN;

    private enum State {
        OPEN, ANSWERED, CUT
    }

    /// Speaks for the service, unless the stream is cut off.
    synchronized void speak(Runnable word) {
        if (state != State.CUT) {
            word.run();
        }
    }

    /// Ends the stream for the service, unless it is cut off.
    synchronized void answer(Runnable lastWord) {
        if (state != State.CUT) {
            state = State.ANSWERED;
            lastWord.run();
        }
    }

    /// Cuts the stream off, unless it has ended. Answers whether it did.
    synchronized boolean cut(Runnable lastWord) {
        if (state != State.OPEN) {
            return false;
        }
        state = State.CUT;
        lastWord.run();
        return true;
    }

    /// Whether the stream is not cut off and something holds.
    synchronized boolean uncutAnd(BooleanSupplier condition) {
        return state != State.CUT && condition.getAsBoolean();
    }
}
