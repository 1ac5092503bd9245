package network.dchat.dht;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.CallResult;
import network.dchat.simulation.Caller;
import network.dchat.simulation.Machine;

/// A DHT node under simulation. Node `n7` is the peer number 7 and listens at its address.
final class DhtNode implements Machine<DhtNode.Message, Input> {
    private static final long CALL_TIMEOUT_MILLIS = 2_000;

    private final TestPeer peer;
    private final Dht dht;
    private final List<Multiaddr> entries;
    private final Map<Long, Caller> callers = new HashMap<>();
    private final List<Certified<PeerRecord>> remembered = new ArrayList<>();
    private long nextRequest = 1;

    DhtNode(TestPeer peer, DhtLimits limits, List<Multiaddr> entries, Boot boot) {
        this.peer = peer;
        this.dht = new Dht(peer.id(), limits, boot.seed());
        this.entries = entries;
    }

    /// What travels between nodes.
    sealed interface Message {
        record Ask(PeerId from, Optional<Certified<PeerRecord>> sender,
                Request request) implements Message {
            @Override
            public String toString() {
                return request.getClass().getSimpleName();
            }
        }

        record Tell(PeerId from, Response response) implements Message {
            @Override
            public String toString() {
                return response.getClass().getSimpleName();
            }
        }
    }

    /// What a lookup found.
    record Found(long lookupId, Outcome outcome) {}

    Dht dht() {
        return dht;
    }

    List<Certified<PeerRecord>> remembered() {
        return remembered;
    }

    @Override
    public List<Action<Message, Input>> start(long nowMillis) {
        List<Action<Message, Input>> actions = new ArrayList<>(
                apply(new Input.OwnRecords(List.of(peer.record()), nowMillis)));
        actions.addAll(apply(new Input.Bootstrap(entries, List.of(), nowMillis)));
        return actions;
    }

    @Override
    public List<Action<Message, Input>> receive(String from, Message message, long nowMillis) {
        throw new IllegalStateException("message: " + message + " (expected: calls only)");
    }

    @Override
    public List<Action<Message, Input>> called(Caller caller, Message message, long nowMillis) {
        Message.Ask ask = (Message.Ask) message;
        long requestId = nextRequest++;
        callers.put(requestId, caller);
        return apply(new Input.RequestReceived(requestId,
                new network.dchat.dht.Caller(ask.from, AddressScope.LOOPBACK, ask.sender),
                ask.request, nowMillis));
    }

    @Override
    public List<Action<Message, Input>> apply(Input input) {
        List<Action<Message, Input>> actions = new ArrayList<>();
        for (Effect effect : dht.apply(input)) {
            action(effect).ifPresent(actions::add);
        }
        return actions;
    }

    private Optional<Action<Message, Input>> action(Effect effect) {
        return switch (effect) {
            case Effect.Call call -> Optional.of(call(call));
            case Effect.Reply(long requestId, Response response) ->
                Optional.of(Action.reply(Objects.requireNonNull(callers.remove(requestId)),
                        new Message.Tell(peer.id(), response)));
            case Effect.SetTimer(Timer timer, long delay) -> Optional
                    .of(Action.setTimer(timer, delay, now -> new Input.TimerElapsed(timer, now)));
            case Effect.LookupDone(long lookupId, Outcome outcome) ->
                Optional.of(Action.observe(new Found(lookupId, outcome)));
            case Effect.RememberPeers(var peers) -> {
                remembered.clear();
                remembered.addAll(peers);
                yield Optional.empty();
            }
            case Effect.Published _,Effect.PeerAlive _,Effect.PeerHeardOf _,Effect.PeerSilent _ ->
                Optional.empty();
            case Effect.Misbehaved misbehaved ->
                Optional.of(Action.stop("honest peer blamed: " + misbehaved));
        };
    }

    private Action<Message, Input> call(Effect.Call call) {
        Multiaddr address = switch (call.to()) {
            case Destination.Entry(Multiaddr entry) -> entry;
            case Destination.Node(var record) -> record.value().addresses().getFirst();
        };
        return Action.call("n" + TestPeer.numberAt(address),
                new Message.Ask(peer.id(), call.sender(), call.request()), CALL_TIMEOUT_MILLIS,
                (result, now) -> answered(call.callId(), address, result, now));
    }

    private static Input answered(long callId, Multiaddr address, CallResult<Message> result,
            long nowMillis) {
        return switch (result) {
            case CallResult.Replied<Message>(Message.Tell(PeerId from, Response response)) ->
                new Input.ResponseReceived(callId, from, address, response, nowMillis);
            case CallResult.Replied<Message>(Message.Ask _) ->
                throw new IllegalStateException("reply: a question");
            case CallResult.Refused<Message>() ->
                new Input.CallFailed(callId, "refused", nowMillis);
            case CallResult.TimedOut<Message>() ->
                new Input.CallFailed(callId, "timed out", nowMillis);
        };
    }
}
