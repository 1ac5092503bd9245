package network.dchat.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;

/// A table under anything that can happen to it.
class ConnectionsSimulationTest {
    private static final PeerId SELF = Peers.of(0);
    private static final List<PeerId> PEERS = Peers.range(1, 31);
    private static final ConnectionLimits LIMITS = ConnectionLimits.defaults()
            .withConnections(10, 6).withMaximumUsers(3).withRemembered(20);

    private final Set<Long> attempts = new TreeSet<>();
    private final Map<Long, PeerId> pings = new TreeMap<>();
    private final Map<Long, PeerId> dials = new TreeMap<>();

    @Seeds(count = 50)
    void keepsItsLimitsWhateverHappens(Generator random) {
        attempts.clear();
        pings.clear();
        dials.clear();
        Connections table = new Connections(SELF, LIMITS, random.anyLong());
        long now = 1_767_225_600_000L;
        Set<PeerId> users = new TreeSet<>();
        for (int step = 0; step < 1_000; step++) {
            now += random.evenly(0, 3_000);
            Input input = draw(random, now);
            for (Effect effect : table.apply(input)) {
                take(effect, users);
            }
            if (input instanceof Input.UserDetached(PeerId user, _)) {
                users.remove(user);
            }
            long counted = table.views(now).stream().filter(view -> !users.contains(view.peer())
                    && (view.state().isOpen() || view.state() == ConnectionState.CONNECTING))
                    .count();
            assertThat(counted).as(input.toString()).isLessThanOrEqualTo(LIMITS.maximum());
            assertThat(table.userCount()).isLessThanOrEqualTo(LIMITS.maximumUsers());
            assertThat(table.views(now)).allMatch(view -> !view.peer().equals(SELF));
        }
    }

    private void take(Effect effect, Set<PeerId> users) {
        if (effect instanceof Effect.Dial(long attemptId, PeerId peer)) {
            assertThat(attempts.add(attemptId)).isTrue();
            dials.put(attemptId, peer);
        } else if (effect instanceof Effect.Ping(long pingId, PeerId peer)) {
            pings.put(pingId, peer);
        } else if (effect instanceof Effect.UserAdmitted(PeerId user)) {
            users.add(user);
        }
    }

    private Input draw(Generator random, long now) {
        PeerId peer = random.pick(PEERS);
        Tie tie = random.pick(List.of(Tie.values()));
        Direction direction = random.pick(List.of(Direction.values()));
        return switch (random.evenly(0, 12)) {
            case 0 -> new Input.Candidates(random.sample(PEERS, random.evenly(0, 20)), now);
            case 1 -> new Input.Hold(peer, tie, now);
            case 2, 3 -> new Input.Release(peer, tie, now);
            case 4 -> new Input.Opened(peer, direction, "somewhere", now);
            case 5 -> new Input.Closed(peer, direction, "gone", now);
            case 6 -> new Input.Used(peer, new Traffic(random.evenly(0, 9), 1, 1, 1), now);
            case 7 -> new Input.Judged(peer, random.pick(List.of(Deed.values())), now);
            case 8 -> new Input.UserAttached(peer, now);
            case 9 -> new Input.UserDetached(peer, now);
            case 10 -> answerDial(random, now);
            case 11 -> answerPing(random, now);
            default -> new Input.TimerElapsed(now);
        };
    }

    private Input answerDial(Generator random, long now) {
        if (dials.isEmpty()) {
            return new Input.TimerElapsed(now);
        }
        long attempt = random.pick(new ArrayList<>(dials.keySet()));
        PeerId peer = dials.getOrDefault(attempt, PEERS.getFirst());
        dials.remove(attempt);
        return random.chance(0.6)
                ? new Input.Opened(peer, Direction.OUTBOUND, "somewhere", now)
                : new Input.DialFailed(attempt, peer, "refused", now);
    }

    private Input answerPing(Generator random, long now) {
        if (pings.isEmpty()) {
            return new Input.TimerElapsed(now);
        }
        long ping = random.pick(new ArrayList<>(pings.keySet()));
        pings.remove(ping);
        return random.chance(0.7)
                ? new Input.PongReceived(ping, random.evenly(100, 900_000), now)
                : new Input.PingFailed(ping, "no answer", now);
    }
}
