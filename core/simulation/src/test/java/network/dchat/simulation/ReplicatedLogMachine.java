package network.dchat.simulation;

import java.util.List;
import network.dchat.simulation.ReplicatedLog.Effect;
import network.dchat.simulation.ReplicatedLog.Flaw;
import network.dchat.simulation.ReplicatedLog.Input;
import network.dchat.simulation.ReplicatedLog.Message;

/// The adapter of the toy core: an example of what a core's test writes.
final class ReplicatedLogMachine implements Machine<Message, Input> {
    static final String LOG = "log";

    private final ReplicatedLog core;

    ReplicatedLogMachine(Boot boot, List<String> nodes, Flaw flaw) {
        List<String> durable = boot.disk().log(LOG).stream().map(Octets::text).toList();
        core = new ReplicatedLog(boot.node(), nodes, flaw, durable);
    }

    @Override
    public List<Action<Message, Input>> start(long nowMillis) {
        return apply(new Input.Started(nowMillis));
    }

    @Override
    public List<Action<Message, Input>> receive(String from, Message message, long nowMillis) {
        return apply(new Input.Received(from, message));
    }

    @Override
    public List<Action<Message, Input>> apply(Input input) {
        return core.apply(input).stream().map(ReplicatedLogMachine::action).toList();
    }

    private static Action<Message, Input> action(Effect effect) {
        return switch (effect) {
            case Effect.Persist(String value) ->
                Action.persist(new Write.Append(LOG, Octets.ofText(value)));
            case Effect.AskStored(int index) -> Action.feed(_ -> new Input.Stored(index));
            case Effect.Send(String to, Message message) -> Action.send(to, message);
            case Effect.SetResendTimer(long delayMillis) ->
                Action.setTimer("resend", delayMillis, Input.ResendElapsed::new);
            case Effect.Committed committed -> Action.observe(committed);
        };
    }
}
