package network.dchat.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;

/// The effects of one input on their way out, and who waits for the answer to which call or timer.
///
/// Numbers of calls and timers only grow. Maps are looked up by number and never walked through.
final class Outbox {
    /// Takes the answer to a call.
    @FunctionalInterface
    interface AnswerHandler {
        void answered(ShardAnswer answer, long nowMillis);
    }

    /// Takes the end of a timer.
    @FunctionalInterface
    interface TimerHandler {
        void elapsed(long nowMillis);
    }

    private final List<Effect> effects = new ArrayList<>();
    private final Map<Long, AnswerHandler> calls = new HashMap<>();
    private final Map<Long, TimerHandler> timers = new HashMap<>();
    private long lastNumber;

    void add(Effect effect) {
        effects.add(effect);
    }

    void call(PeerId node, ShardRequest request, long timeoutMillis, AnswerHandler handler) {
        calls.put(++lastNumber, handler);
        effects.add(new Effect.Call(lastNumber, node, request, timeoutMillis));
    }

    void query(PeerId node, ShardRequest request, long timeoutMillis, AnswerHandler handler) {
        calls.put(++lastNumber, handler);
        effects.add(new Effect.Query(lastNumber, node, request, timeoutMillis));
    }

    void after(long delayMillis, TimerHandler handler) {
        timers.put(++lastNumber, handler);
        effects.add(new Effect.SetTimer(lastNumber, delayMillis));
    }

    /// Passes on an answer; one to a call that was answered before is dropped.
    void answered(Input.Answered answered) {
        AnswerHandler handler = calls.remove(answered.call());
        if (handler != null) {
            handler.answered(answered.answer(), answered.nowMillis());
        }
    }

    /// Passes on a timer; one that elapsed before is dropped.
    void elapsed(Input.TimerElapsed elapsed) {
        TimerHandler handler = timers.remove(elapsed.timer());
        if (handler != null) {
            handler.elapsed(elapsed.nowMillis());
        }
    }

    List<Effect> take() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
