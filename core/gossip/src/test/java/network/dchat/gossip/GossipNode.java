package network.dchat.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.AddressScope;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.Machine;

/// A gossiping node under simulation, with links that stay.
final class GossipNode implements Machine<Frame, Input> {
    private final Gossip gossip;
    private final Map<PeerId, String> neighbours;
    private final Map<String, PeerId> peers = new TreeMap<>();

    GossipNode(PeerId self, GossipLimits limits, Map<PeerId, String> neighbours, Boot boot) {
        this.gossip = new Gossip(self, limits, boot.seed());
        this.neighbours = neighbours;
        neighbours.forEach((peer, name) -> peers.put(name, peer));
    }

    Gossip gossip() {
        return gossip;
    }

    @Override
    public List<Action<Frame, Input>> start(long nowMillis) {
        List<Action<Frame, Input>> actions = new ArrayList<>();
        for (PeerId peer : new TreeMap<>(neighbours).keySet()) {
            actions.addAll(apply(
                    new Input.LinkOpened(peer, AddressScope.PUBLIC, Standing.UNKNOWN, nowMillis)));
        }
        return actions;
    }

    @Override
    public List<Action<Frame, Input>> receive(String from, Frame frame, long nowMillis) {
        PeerId peer = peers.get(from);
        if (peer == null) {
            throw new IllegalStateException("frame from " + from + " (expected: a neighbour)");
        }
        return apply(new Input.FrameReceived(peer, frame, nowMillis));
    }

    @Override
    public List<Action<Frame, Input>> apply(Input input) {
        List<Action<Frame, Input>> actions = new ArrayList<>();
        gossip.apply(input).forEach(effect -> action(effect).ifPresent(actions::add));
        return actions;
    }

    private Optional<Action<Frame, Input>> action(Effect effect) {
        return switch (effect) {
            case Effect.Send(PeerId to, Frame frame) ->
                Optional.of(Action.send(neighbours.getOrDefault(to, "nobody"), frame));
            case Effect.Deliver(Rumor rumor, _) -> Optional.of(Action.observe(rumor.id()));
            case Effect.SetTimer(Timer timer, long delay) -> Optional
                    .of(Action.setTimer(timer, delay, now -> new Input.TimerElapsed(timer, now)));
            case Effect.Published _,Effect.PublishRefused _ -> Optional.empty();
            case Effect.Refused _,Effect.Misbehaved _,Effect.LinkRefused _ ->
                Optional.of(Action.stop("honest neighbour blamed: " + effect));
        };
    }
}
