package network.dchat.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final PeerId SELF = Peers.of(0);
    private static final PeerId PEER = Peers.of(1);
    private static final ConnectionLimits SMALL = ConnectionLimits.defaults().withConnections(4, 2);

    private long now = 1_767_225_600_000L;
    private Connections table = new Connections(SELF, SMALL, 7);

    @Test
    void dialsCandidatesUntilThereAreAsManyAsWanted() {
        List<Effect> effects = apply(new Input.Candidates(Peers.range(0, 6), now));
        assertThat(dials(effects)).extracting(Effect.Dial::peer).containsExactly(Peers.of(1),
                Peers.of(2));
        assertThat(dials(apply(new Input.Candidates(Peers.range(0, 6), now)))).isEmpty();
        apply(new Input.DialFailed(dials(effects).getFirst().attemptId(), Peers.of(1), "refused",
                now));
        assertThat(dials(tick(10))).extracting(Effect.Dial::peer).containsExactly(Peers.of(3));
    }

    @Test
    void makesItsOwnConnectionsHoweverManyOthersMake() {
        for (PeerId visitor : Peers.range(1, 10)) {
            apply(new Input.Opened(visitor, Direction.INBOUND, "somewhere", now));
        }
        assertThat(table.openCount()).isEqualTo(2);
        List<Effect> effects = apply(new Input.Candidates(Peers.range(1, 10), now));
        assertThat(dials(effects)).extracting(Effect.Dial::peer).containsExactly(Peers.of(1),
                Peers.of(2));
        assertThat(state(Peers.of(1))).contains(ConnectionState.CONNECTED);
        apply(new Input.DialFailed(dials(effects).getFirst().attemptId(), Peers.of(1), "refused",
                now));
        assertThat(state(Peers.of(1))).contains(ConnectionState.CONNECTED);
        open(Peers.of(2));
        assertThat(view(Peers.of(2)).directions()).hasSize(2);
        assertThat(dials(tick(10))).extracting(Effect.Dial::peer).containsExactly(Peers.of(3));
    }

    @Test
    void makesAHeldConnectionThoughThePeerMadeOne() {
        apply(new Input.Opened(PEER, Direction.INBOUND, "somewhere", now));
        assertThat(dials(apply(new Input.Hold(PEER, Tie.CONSENSUS, now)))).hasSize(1);
        open(PEER);
        apply(new Input.Closed(PEER, Direction.OUTBOUND, "gone", now));
        assertThat(state(PEER)).contains(ConnectionState.CONNECTED);
        assertThat(dials(tick(1_000))).hasSize(1);
        assertThat(tick(30_000)).anyMatch(Effect.GiveUp.class::isInstance);
        assertThat(state(PEER)).contains(ConnectionState.CONNECTED);
    }

    @Test
    void walksThroughItsStates() {
        apply(new Input.Hold(PEER, Tie.CONSENSUS, now));
        assertThat(state(PEER)).contains(ConnectionState.CONNECTING);
        open(PEER);
        assertThat(state(PEER)).contains(ConnectionState.CONNECTED);
        long ping = pings(tick(1_000)).getFirst().pingId();
        apply(new Input.PongReceived(ping, 2_000, now));
        assertThat(state(PEER)).contains(ConnectionState.HEALTHY);
        assertThat(view(PEER).quality().latencyMicros()).isEqualTo(2_000);
        assertThat(pings(tick(29_000))).isEmpty();
        long slow = pings(tick(1_000)).getFirst().pingId();
        apply(new Input.PongReceived(slow, 10_000_000, now));
        assertThat(state(PEER)).contains(ConnectionState.DEGRADED);
        assertThat(view(PEER).reason()).contains("latency");
    }

    @Test
    void givesUpAPeerThatLeavesThreeChecksUnanswered() {
        apply(new Input.Hold(PEER, Tie.RELAY, now));
        open(PEER);
        apply(new Input.PingFailed(pings(tick(1_000)).getFirst().pingId(), "no", now));
        assertThat(state(PEER)).contains(ConnectionState.DEGRADED);
        assertThat(pings(tick(30_000))).hasSize(1);
        tick(9_999);
        assertThat(view(PEER).quality().lossPermille()).isEqualTo(1_000);
        tick(1);
        assertThat(pings(tick(30_000))).hasSize(1);
        List<Effect> last = tick(10_000);
        assertThat(closed(last)).containsExactly(RejectionCode.UNAVAILABLE);
        assertThat(state(PEER)).contains(ConnectionState.BACKING_OFF);
        assertThat(dials(tick(1_250))).extracting(Effect.Dial::peer).containsExactly(PEER);
        assertThat(table.score(PEER, now)).isLessThan(0.45);
    }

    @Test
    void triesAgainWithGrowingPauses() {
        Effect.Dial dial = dials(apply(new Input.Hold(PEER, Tie.BOOTSTRAP, now))).getFirst();
        for (int pauseSeconds : List.of(1, 2, 4, 8)) {
            apply(new Input.DialFailed(dial.attemptId(), PEER, "refused", now));
            assertThat(dials(tick(pauseSeconds * 1_000L - 1))).isEmpty();
            dial = dials(tick(pauseSeconds * 250L + 1)).getFirst();
        }
    }

    @Test
    void givesUpAnAttemptAfterItsTime() {
        apply(new Input.Hold(PEER, Tie.BOOTSTRAP, now));
        assertThat(tick(29_999)).noneMatch(Effect.GiveUp.class::isInstance);
        assertThat(tick(1)).anyMatch(Effect.GiveUp.class::isInstance);
        assertThat(state(PEER)).contains(ConnectionState.BACKING_OFF);
    }

    @Test
    void prunesTheLeastUsefulForAFifthButNeverTiedNorNewOnes() {
        apply(new Input.Hold(Peers.of(1), Tie.CONSENSUS, now));
        for (PeerId peer : Peers.range(1, 5)) {
            open(peer);
        }
        assertThat(closed(open(Peers.of(5)))).containsExactly(RejectionCode.OVERLOADED);
        assertThat(state(Peers.of(5))).isEmpty();
        now += 60_000;
        apply(new Input.Judged(Peers.of(1), Deed.MISBEHAVED, now));
        apply(new Input.Judged(Peers.of(3), Deed.MISBEHAVED, now));
        List<Effect> effects = open(Peers.of(5));
        assertThat(effects).filteredOn(Effect.Close.class::isInstance).singleElement()
                .isInstanceOfSatisfying(Effect.Close.class,
                        close -> assertThat(close.peer()).isEqualTo(Peers.of(3)));
        assertThat(table.openCount()).isEqualTo(4);
    }

    @Test
    void prunesInTheOrderThatIsSet() {
        for (PruneOrder order : PruneOrder.values()) {
            table = new Connections(SELF,
                    SMALL.withPruning(new ConnectionLimits.Pruning(order, 300_000, 0)), 7);
            for (PeerId peer : Peers.range(1, 5)) {
                open(peer);
            }
            now += 1_000;
            for (Effect.Ping ping : pings(tick(0))) {
                apply(new Input.PongReceived(ping.pingId(),
                        ping.peer().equals(Peers.of(2)) ? 5_000_000 : 1_000, now));
            }
            apply(new Input.Judged(Peers.of(3), Deed.MISBEHAVED, now));
            apply(new Input.Used(Peers.of(4), new Traffic(10, 0, 1, 0), now));
            now += 60_000;
            for (PeerId peer : List.of(Peers.of(2), Peers.of(3), Peers.of(1))) {
                apply(new Input.Used(peer, new Traffic(100_000, 0, 1, 0), now));
            }
            PeerId expected = switch (order) {
                case LEAST_RECENTLY_USED, VOLUME -> Peers.of(4);
                case REPUTATION -> Peers.of(3);
                case LATENCY, MIXED -> Peers.of(2);
            };
            assertThat(open(Peers.of(5))).filteredOn(Effect.Close.class::isInstance)
                    .extracting(effect -> ((Effect.Close) effect).peer()).as(order.name())
                    .containsExactly(expected);
        }
    }

    @Test
    void refusesToHoldWhenAllAreNeeded() {
        for (PeerId peer : Peers.range(1, 5)) {
            apply(new Input.Hold(peer, Tie.CONSENSUS, now));
        }
        assertThat(apply(new Input.Hold(Peers.of(5), Tie.CONSENSUS, now))).singleElement()
                .isInstanceOf(Effect.HoldRefused.class);
        apply(new Input.Release(Peers.of(1), Tie.CONSENSUS, now));
        now += 60_000;
        open(Peers.of(1));
        now += 60_000;
        assertThat(dials(apply(new Input.Hold(Peers.of(5), Tie.CONSENSUS, now)))).hasSize(1);
    }

    @Test
    void closesIdleConnectionsOverTheTargetOnly() {
        for (PeerId peer : Peers.range(1, 4)) {
            open(peer);
        }
        assertThat(closed(tick(299_999))).isEmpty();
        assertThat(closed(tick(1))).containsExactly(RejectionCode.OVERLOADED);
        assertThat(table.openCount()).isEqualTo(2);
    }

    @Test
    void countsUsersApart() {
        table = new Connections(SELF, SMALL.withMaximumUsers(2), 7);
        for (PeerId peer : Peers.range(1, 5)) {
            open(peer);
        }
        for (PeerId user : Peers.range(10, 12)) {
            assertThat(apply(new Input.UserAttached(user, now)))
                    .containsExactly(new Effect.UserAdmitted(user));
            assertThat(closed(open(user))).isEmpty();
        }
        assertThat(apply(new Input.UserAttached(Peers.of(12), now))).singleElement()
                .isInstanceOf(Effect.UserRefused.class);
        assertThat(apply(new Input.UserAttached(Peers.of(11), now)))
                .containsExactly(new Effect.UserAdmitted(Peers.of(11)));
        assertThat(table.userCount()).isEqualTo(2);
        apply(new Input.UserDetached(Peers.of(11), now));
        assertThat(apply(new Input.UserAttached(Peers.of(12), now)))
                .containsExactly(new Effect.UserAdmitted(Peers.of(12)));
    }

    @Test
    void staysOpenWhileOneOfTwoDirectionsIs() {
        apply(new Input.Opened(PEER, Direction.INBOUND, "in", now));
        apply(new Input.Used(PEER, new Traffic(1, 2, 3, 4), now));
        assertThat(state(PEER)).contains(ConnectionState.HEALTHY);
        apply(new Input.Opened(PEER, Direction.OUTBOUND, "out", now));
        apply(new Input.Closed(PEER, Direction.INBOUND, "gone", now));
        assertThat(view(PEER).directions()).containsExactly(Direction.OUTBOUND);
        assertThat(view(PEER).address()).isEqualTo("out");
        assertThat(view(PEER).quality().traffic()).isEqualTo(new Traffic(1, 2, 3, 4));
        apply(new Input.Closed(PEER, Direction.OUTBOUND, "gone", now));
        assertThat(state(PEER)).isEmpty();
    }

    @Test
    void ignoresAnswersThatComeTooLateAndItself() {
        apply(new Input.Hold(SELF, Tie.BOOTSTRAP, now));
        assertThat(table.views(now)).isEmpty();
        assertThat(apply(new Input.PongReceived(99, 1, now))).isEmpty();
        assertThat(apply(new Input.DialFailed(99, PEER, "refused", now))).isEmpty();
        assertThat(apply(new Input.Closed(PEER, Direction.INBOUND, "gone", now))).isEmpty();
    }

    private List<Effect> open(PeerId peer) {
        return apply(new Input.Opened(peer, Direction.OUTBOUND, "127.0.0.1:1", now));
    }

    private List<Effect> tick(long millis) {
        now += millis;
        return apply(new Input.TimerElapsed(now));
    }

    private List<Effect> apply(Input input) {
        return new ArrayList<>(table.apply(input));
    }

    private ConnectionView view(PeerId peer) {
        return table.views(now).stream().filter(view -> view.peer().equals(peer)).findFirst()
                .orElseThrow();
    }

    private Optional<ConnectionState> state(PeerId peer) {
        return table.views(now).stream().filter(view -> view.peer().equals(peer))
                .map(ConnectionView::state).findFirst();
    }

    private static List<Effect.Dial> dials(List<Effect> effects) {
        return effects.stream().filter(Effect.Dial.class::isInstance).map(Effect.Dial.class::cast)
                .toList();
    }

    private static List<Effect.Ping> pings(List<Effect> effects) {
        return effects.stream().filter(Effect.Ping.class::isInstance).map(Effect.Ping.class::cast)
                .toList();
    }

    private static List<RejectionCode> closed(List<Effect> effects) {
        return effects.stream().filter(Effect.Close.class::isInstance)
                .map(effect -> ((Effect.Close) effect).reason().code()).toList();
    }
}
