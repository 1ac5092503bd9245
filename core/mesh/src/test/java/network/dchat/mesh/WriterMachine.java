package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.CallResult;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Write;

/// A node that writes and reads through a mesh.
final class WriterMachine implements Machine<Frame, Event> {
    private static final String QUEUE = "queue/";

    private final Mesh mesh;
    private final Map<String, ByteString> queue = new HashMap<>();
    private final Map<PeerId, String> names;
    private final Supplier<List<StorageNode>> registry;

    WriterMachine(Boot boot, MeshLimits limits, Map<PeerId, String> names,
            Supplier<List<StorageNode>> registry) {
        this.names = names;
        this.registry = registry;
        mesh = new Mesh(Keys.NETWORK, limits, MeshTimings.defaults(), boot.seed());
        boot.disk().files().forEach((file, content) -> queue.put(file.substring(QUEUE.length()),
                ByteString.copyFrom(content.toByteArray())));
    }

    @Override
    public List<Action<Frame, Event>> start(long nowMillis) {
        List<Action<Frame, Event>> actions = new ArrayList<>(
                carryOut(new Input.NodesChanged(registry.get(), nowMillis)));
        actions.addAll(carryOut(new Input.Restored(queue, nowMillis)));
        return actions;
    }

    @Override
    public List<Action<Frame, Event>> receive(String from, Frame message, long nowMillis) {
        throw new IllegalStateException("message from " + from);
    }

    @Override
    public List<Action<Frame, Event>> apply(Event event) {
        return switch (event) {
            case Event.ToMesh(Input input) -> carryOut(input);
            case Event.Later later -> throw new IllegalStateException(later.toString());
        };
    }

    @Override
    public List<Action<Frame, Event>> peerUp(String peer, long nowMillis) {
        for (Map.Entry<PeerId, String> known : names.entrySet()) {
            if (known.getValue().equals(peer)) {
                return carryOut(new Input.NodeReachable(known.getKey(), nowMillis));
            }
        }
        return List.of();
    }

    private List<Action<Frame, Event>> carryOut(Input input) {
        List<Action<Frame, Event>> actions = new ArrayList<>();
        mesh.apply(input).forEach(effect -> actions.addAll(actions(effect)));
        return actions;
    }

    private List<Action<Frame, Event>> actions(Effect effect) {
        return switch (effect) {
            case Effect.Persist(List<QueueWrite> writes) ->
                List.of(Action.persist(writes.stream().map(WriterMachine::write).toList()));
            case Effect.Call(long call, PeerId node, ShardRequest request, long timeout) ->
                List.of(call(call, node, request, timeout));
            case Effect.Query(long call, PeerId node, ShardRequest request, long timeout) ->
                List.of(Action.unconditional(call(call, node, request, timeout)));
            case Effect.SetTimer(long timer, long delay) ->
                List.of(Action.unconditional(Action.setTimer(timer, delay,
                        now -> new Event.ToMesh(new Input.TimerElapsed(timer, now)))));
            case Effect.StripeRead read -> List.of(Action.observe(read), Action.feed(
                    now -> new Event.ToMesh(new Input.StripeConsumed(read.operation(), now))));
            case Effect.PutQueued _,Effect.PutStored _,Effect.PutSettled _ ->
                List.of(Action.observe(effect));
            case Effect.PutWaits _,Effect.PutFailed _,Effect.Report _ ->
                List.of(Action.observe(effect));
            case Effect.Listed _,Effect.GetDone _,Effect.ReadFailed _ ->
                List.of(Action.observe(effect));
        };
    }

    private Action<Frame, Event> call(long call, PeerId node, ShardRequest request, long timeout) {
        return Action.call(names.getOrDefault(node, "nobody"), new Frame.Request(request), timeout,
                (result, now) -> new Event.ToMesh(new Input.Answered(call, answer(result), now)));
    }

    private static ShardAnswer answer(CallResult<Frame> result) {
        return switch (result) {
            case CallResult.Replied<Frame>(Frame.Response(ShardAnswer answer)) -> answer;
            case CallResult.Replied<Frame>(Frame.Request _) -> new ShardAnswer.Failed("nonsense");
            case CallResult.Refused<Frame>() -> new ShardAnswer.Failed("connection refused");
            case CallResult.TimedOut<Frame>() -> new ShardAnswer.Failed("timed out");
        };
    }

    private static Write write(QueueWrite write) {
        return switch (write) {
            case QueueWrite.Save(String key, ByteString value) ->
                Write.replace(QUEUE + key, value.toByteArray());
            case QueueWrite.Remove(String key) -> Write.remove(QUEUE + key);
        };
    }
}
