package network.dchat.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

/// One node among neighbours that lie or talk too much.
class GossipTest {
    private static final long NOW = Rumors.NOW;
    private static final PeerId SELF = Rumors.peer(0);
    private static final PeerId NEIGHBOUR = Rumors.peer(1);
    private static final PeerId ORIGIN = Rumors.peer(2);

    private final GossipLimits limits = GossipLimits.defaults();
    private Gossip gossip = new Gossip(SELF, limits, 7);

    @Test
    void deliversOnceAndNeverSendsBack() {
        link(10, 8);
        Rumor rumor = Rumors.of(ORIGIN, 1, NOW);
        List<Effect> effects = receive(Rumors.peer(10), rumor, 5);
        assertThat(delivered(effects)).containsExactly(rumor);
        List<Effect.Send> pushes = pushes(effects);
        assertThat(pushes).hasSize(6).allSatisfy(send -> {
            assertThat(send.to()).isNotEqualTo(Rumors.peer(10));
            assertThat(send.frame().arrivals()).containsExactly(new Arrival(rumor, 4));
        });
        assertThat(receive(Rumors.peer(11), rumor, 5)).isEmpty();
        assertThat(gossip.tally().duplicates()).isEqualTo(1);
    }

    @Test
    void dropsMessagesWhoseTtlIsSpentAndBlamesAnImpossibleOne() {
        link(10, 3);
        List<Effect> last = receive(Rumors.peer(10), Rumors.of(ORIGIN, 1, NOW), 1);
        assertThat(delivered(last)).hasSize(1);
        assertThat(pushes(last)).isEmpty();
        assertThat(refusal(receive(Rumors.peer(10), Rumors.of(ORIGIN, 2, NOW), 0)))
                .contains(RejectionCode.MALFORMED);
        assertThat(receive(Rumors.peer(10), Rumors.of(ORIGIN, 3, NOW), 32))
                .anyMatch(Effect.Deliver.class::isInstance);
        assertThat(receive(Rumors.peer(10), Rumors.of(ORIGIN, 4, NOW), 33))
                .anyMatch(Effect.Misbehaved.class::isInstance);
    }

    @Test
    void takesRumorsInTheTimeWindowOnly() {
        link(1, 1);
        assertThat(refusal(receive(Rumors.of(ORIGIN, 1, NOW - limits.windowMillis())))).isEmpty();
        assertThat(refusal(receive(Rumors.of(ORIGIN, 2, NOW - limits.windowMillis() - 1))))
                .contains(RejectionCode.EXPIRED);
        assertThat(refusal(receive(Rumors.of(ORIGIN, 3, NOW + limits.futureMillis())))).isEmpty();
        assertThat(refusal(receive(Rumors.of(ORIGIN, 4, NOW + limits.futureMillis() + 1))))
                .contains(RejectionCode.FUTURE_DATED);
    }

    @Test
    void takesASequenceNumberOnce() {
        link(1, 1);
        assertThat(refusal(receive(Rumors.of(ORIGIN, 5_000, NOW)))).isEmpty();
        assertThat(refusal(receive(Rumors.of(ORIGIN, 5_000, NOW - 1))))
                .contains(RejectionCode.REPLAYED);
        assertThat(refusal(receive(Rumors.of(ORIGIN, 5_000 - 1_023, NOW)))).isEmpty();
        assertThat(refusal(receive(Rumors.of(ORIGIN, 5_000 - 1_024, NOW))))
                .contains(RejectionCode.REPLAYED);
        assertThat(refusal(receive(Rumors.of(ORIGIN, Long.MAX_VALUE, NOW)))).isEmpty();
        assertThat(refusal(receive(Rumors.of(ORIGIN, 5_001, NOW))))
                .contains(RejectionCode.REPLAYED);
    }

    @Test
    void boundsWhatOneOriginSaysAndSaysWhenToTryAgain() {
        link(1, 1);
        for (int sequence = 1; sequence <= 20; sequence++) {
            assertThat(refusal(receive(Rumors.of(ORIGIN, sequence, NOW)))).isEmpty();
        }
        Rumor next = Rumors.of(ORIGIN, 21, NOW);
        List<Effect> effects = receive(next);
        assertThat(refusal(effects)).contains(RejectionCode.RATE_LIMITED);
        assertThat(effects).filteredOn(Effect.Send.class::isInstance).singleElement()
                .isInstanceOfSatisfying(Effect.Send.class, send -> {
                    assertThat(send.to()).isEqualTo(NEIGHBOUR);
                    assertThat(send.frame().refused()).singleElement().satisfies(
                            refused -> assertThat(refused.retryAfterMillis()).isEqualTo(100));
                });
        assertThat(refusal(receive(Rumors.of(Rumors.peer(3), 1, NOW)))).isEmpty();
        assertThat(refusal(receiveAt(NOW + 100, next))).isEmpty();
    }

    @Test
    void boundsWhatOneLinkAndAllLinksBring() {
        gossip = new Gossip(SELF, limits.withRates(new GossipLimits.Rates(10, 2, 3)), 7);
        link(1, 3);
        for (int origin = 10; origin < 14; origin++) {
            assertThat(refusal(receive(Rumors.of(Rumors.peer(origin), 1, NOW)))).isEmpty();
        }
        assertThat(refusal(receive(Rumors.of(Rumors.peer(14), 1, NOW))))
                .contains(RejectionCode.RATE_LIMITED);
        for (int origin = 20; origin < 22; origin++) {
            assertThat(refusal(receive(Rumors.peer(2), Rumors.of(Rumors.peer(origin), 1, NOW), 9)))
                    .isEmpty();
        }
        assertThat(refusal(receive(Rumors.peer(2), Rumors.of(Rumors.peer(22), 1, NOW), 9)))
                .contains(RejectionCode.RATE_LIMITED);
    }

    @Test
    void asksForWhatNeighboursHoldAndServesWhatTheyAskFor() {
        link(1, 2);
        Rumor rumor = Rumors.of(ORIGIN, 1, NOW);
        List<Effect> effects = apply(
                frame(NEIGHBOUR, new Frame(List.of(), List.of(rumor.id()), List.of(), List.of())));
        assertThat(effects).containsExactly(new Effect.SetTimer(Timer.ASK, 150));
        assertThat(apply(new Input.TimerElapsed(Timer.ASK, NOW + 150))).contains(new Effect.Send(
                NEIGHBOUR, new Frame(List.of(), List.of(), List.of(rumor.id()), List.of())));
        receive(rumor);
        PeerId late = Rumors.peer(30);
        List<Effect> told = apply(
                new Input.LinkOpened(late, AddressScope.PUBLIC, Standing.UNKNOWN, NOW));
        assertThat(told).containsExactly(new Effect.Send(late,
                new Frame(List.of(), List.of(rumor.id()), List.of(), List.of())));
        Frame want = new Frame(List.of(), List.of(), List.of(rumor.id()), List.of());
        assertThat(pushes(apply(frame(late, want)))).hasSize(1);
        assertThat(apply(frame(late, want))).isEmpty();
    }

    @Test
    void leavesRoomForOthersWhenANeighbourNamesMoreThanItHolds() {
        link(1, 2);
        List<Hash> ids = new ArrayList<>();
        for (int number = 0; number < 251; number++) {
            ids.add(Rumors.of(ORIGIN, number, NOW).id());
        }
        apply(frame(NEIGHBOUR, new Frame(List.of(), ids, List.of(), List.of())));
        assertThat(gossip.tally().dropped()).isEqualTo(1);
        apply(frame(Rumors.peer(2), new Frame(List.of(), ids, List.of(), List.of())));
        assertThat(gossip.tally().dropped()).isEqualTo(1);
    }

    @Test
    void tellsRumorsWithinTheirScopeOnly() {
        apply(new Input.LinkOpened(NEIGHBOUR, AddressScope.LOOPBACK, Standing.UNKNOWN, NOW));
        PeerId outside = Rumors.peer(40);
        apply(new Input.LinkOpened(outside, AddressScope.PUBLIC, Standing.UNKNOWN, NOW));
        PeerId inside = Rumors.peer(41);
        apply(new Input.LinkOpened(inside, AddressScope.LOOPBACK, Standing.UNKNOWN, NOW));
        Rumor rumor = Rumors.of(ORIGIN, 1, NOW, AddressScope.LOOPBACK);
        assertThat(pushes(receive(rumor))).extracting(Effect.Send::to).containsExactly(inside);
        Frame want = new Frame(List.of(), List.of(), List.of(rumor.id()), List.of());
        assertThat(apply(frame(outside, want))).isEmpty();
    }

    @Test
    void takesAsManyLinksAsAllowed() {
        gossip = new Gossip(SELF, limits.withMaximumLinks(2), 7);
        link(1, 2);
        PeerId third = Rumors.peer(3);
        assertThat(apply(new Input.LinkOpened(third, AddressScope.PUBLIC, Standing.UNKNOWN, NOW)))
                .containsExactly(new Effect.LinkRefused(third));
        assertThat(receive(third, Rumors.of(ORIGIN, 1, NOW), 9)).isEmpty();
        apply(new Input.LinkClosed(NEIGHBOUR, NOW));
        assertThat(apply(new Input.LinkOpened(third, AddressScope.PUBLIC, Standing.UNKNOWN, NOW)))
                .isEmpty();
    }

    @Test
    void publishesItsOwnRumorsWithinItsRate() {
        link(1, 3);
        for (int sequence = 1; sequence <= 20; sequence++) {
            assertThat(apply(new Input.Publish(sequence, Rumors.of(SELF, sequence, NOW), NOW)))
                    .contains(new Effect.Published(sequence, 3));
        }
        assertThat(apply(new Input.Publish(21, Rumors.of(SELF, 21, NOW), NOW))).singleElement()
                .isInstanceOf(Effect.PublishRefused.class);
        assertThatThrownBy(() -> apply(new Input.Publish(22, Rumors.of(ORIGIN, 1, NOW), NOW)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void link(int first, int count) {
        for (int number = first; number < first + count; number++) {
            apply(new Input.LinkOpened(Rumors.peer(number), AddressScope.PUBLIC, Standing.UNKNOWN,
                    NOW));
        }
    }

    private List<Effect> receive(Rumor rumor) {
        return receive(NEIGHBOUR, rumor, 9);
    }

    private List<Effect> receiveAt(long nowMillis, Rumor rumor) {
        return apply(new Input.FrameReceived(NEIGHBOUR, bodies(rumor, 9), nowMillis));
    }

    private List<Effect> receive(PeerId from, Rumor rumor, int ttl) {
        return apply(frame(from, bodies(rumor, ttl)));
    }

    private static Input frame(PeerId from, Frame frame) {
        return new Input.FrameReceived(from, frame, NOW);
    }

    private static Frame bodies(Rumor rumor, int ttl) {
        return new Frame(List.of(new Arrival(rumor, ttl)), List.of(), List.of(), List.of());
    }

    private List<Effect> apply(Input input) {
        return gossip.apply(input);
    }

    private static List<Rumor> delivered(List<Effect> effects) {
        return effects.stream().filter(Effect.Deliver.class::isInstance)
                .map(effect -> ((Effect.Deliver) effect).rumor()).toList();
    }

    private static List<Effect.Send> pushes(List<Effect> effects) {
        return effects.stream().filter(Effect.Send.class::isInstance).map(Effect.Send.class::cast)
                .filter(send -> !send.frame().arrivals().isEmpty()).toList();
    }

    private static Optional<RejectionCode> refusal(List<Effect> effects) {
        return effects.stream().filter(Effect.Refused.class::isInstance)
                .map(effect -> ((Effect.Refused) effect).refusal().rejection().code()).findFirst();
    }
}
