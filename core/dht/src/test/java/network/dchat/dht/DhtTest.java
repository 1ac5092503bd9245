package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

/// One node among peers that lie.
class DhtTest {
    private static final TestPeer SELF = TestPeer.of(0);
    private static final TestPeer ENTRY = TestPeer.of(1);
    private static final TestPeer LIAR = TestPeer.of(2);
    private static final Multiaddr DOOR = Multiaddr.of("127.0.0.1", 4_000);

    private long now = TestPeer.NOW;
    private final Dht dht = new Dht(SELF.id(), DhtLimits.defaults().withBucketSize(4)
            .withLookups(new DhtLimits.Lookups(2, 1, 20, 3, 2)), 7);

    @Test
    void learnsWhoListensAtAPlainAddress() {
        Effect.Call call = enter();
        assertThat(call.to()).isEqualTo(new Destination.Entry(DOOR));
        List<Effect> effects = answer(call, ENTRY, new Response.Pong(Optional.of(ENTRY.record())));
        assertThat(effects).contains(new Effect.PeerAlive(ENTRY.record()));
        assertThat(calls(effects)).singleElement().satisfies(next -> assertThat(next.request())
                .isEqualTo(new Request.FindNode(SELF.id().dhtKey())));
        assertThat(dht.contacts()).containsExactly(ENTRY.record());
    }

    @Test
    void believesNobodyButThePeerThatWasDialled() {
        join();
        Effect.Call check = greet(LIAR);
        List<Effect> effects = answer(check, TestPeer.of(3),
                new Response.Pong(Optional.of(TestPeer.of(3).record())));
        assertThat(effects).isEmpty();
        assertThat(dht.contacts()).containsExactly(ENTRY.record());
    }

    @Test
    void addsNobodyWithoutACheck() {
        join();
        Effect.Call check = greet(LIAR);
        assertThat(dht.contacts()).containsExactly(ENTRY.record());
        dht.apply(new Input.CallFailed(check.callId(), "refused", now));
        assertThat(dht.contacts()).containsExactly(ENTRY.record());
        Effect.Call second = greet(LIAR);
        answer(second, LIAR, new Response.Pong(Optional.empty()));
        assertThat(dht.contacts()).containsExactlyInAnyOrder(ENTRY.record(), LIAR.record());
    }

    @Test
    void blamesAnswersThatDoNotFitTheQuestion() {
        join();
        RecordKey wanted = TestUsers.record(1, 1, TestPeer.NOW + TestPeer.LIFETIME).key();
        VerifiedRecord other = TestUsers.record(2, 1, TestPeer.NOW + TestPeer.LIFETIME);
        Effect.Call call = calls(dht.apply(new Input.Lookup(1, new Query.Newest(wanted), now)))
                .getFirst();
        List<Effect> effects = answer(call, ENTRY,
                new Response.Value(Optional.of(other), List.of()));
        assertThat(blame(effects)).isEqualTo(RejectionCode.INVALID);
        assertThat(effects).contains(new Effect.LookupDone(1, new Outcome.Absent(0)));

        Effect.Call next = calls(
                dht.apply(new Input.Lookup(2, new Query.Closest(wanted.key()), now))).getFirst();
        assertThat(blame(answer(next, ENTRY, new Response.Nodes(records(3, 8)))))
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void blamesAPongWithTheRecordOfAnother() {
        Effect.Call call = enter();
        assertThat(blame(answer(call, ENTRY, new Response.Pong(Optional.of(LIAR.record())))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(dht.contacts()).isEmpty();
    }

    @Test
    void doesNotTakeItselfForAPeer() {
        Effect.Call call = enter();
        answer(call, SELF, new Response.Pong(Optional.of(SELF.record())));
        assertThat(dht.contacts()).isEmpty();
    }

    @Test
    void refusesLookupsOverTheLimit() {
        join();
        List<Effect> effects = new ArrayList<>();
        for (int lookup = 1; lookup <= 4; lookup++) {
            effects.addAll(dht.apply(new Input.Lookup(lookup,
                    new Query.Closest(TestPeer.of(lookup).id().dhtKey()), now)));
        }
        assertThat(effects).filteredOn(Effect.LookupDone.class::isInstance).singleElement()
                .isInstanceOfSatisfying(Effect.LookupDone.class, done -> {
                    assertThat(done.lookupId()).isEqualTo(4);
                    assertThat(done.outcome()).isInstanceOfSatisfying(Outcome.Refused.class,
                            refused -> assertThat(refused.rejection().code())
                                    .isEqualTo(RejectionCode.OVERLOADED));
                });
    }

    @Test
    void tellsAddressesOnlyWithinTheirScope() {
        TestPeer privatePeer = TestPeer.of(5);
        TestPeer publicPeer = TestPeer.of(6);
        var inside = privatePeer.record(1, List.of(Multiaddr.of("10.0.0.5", 9000)));
        var outside = publicPeer.record(1, List.of(Multiaddr.of("203.0.113.6", 9000)));
        join();
        see(privatePeer, inside);
        see(publicPeer, outside);
        assertThat(told(AddressScope.PUBLIC)).containsExactly(outside);
        assertThat(told(AddressScope.PRIVATE)).containsExactlyInAnyOrder(outside, inside);
        assertThat(told(AddressScope.LOOPBACK)).containsExactlyInAnyOrder(outside, inside,
                ENTRY.record());
        assertThat(dht.apply(request(AddressScope.PUBLIC, new Request.Ping())))
                .containsExactly(new Effect.Reply(1, new Response.Pong(Optional.empty())));
    }

    @Test
    void publishesToThoseWhoAnsweredAndCountsCopies() {
        join();
        VerifiedRecord record = TestUsers.record(1, 1, TestPeer.NOW + TestPeer.LIFETIME);
        Effect.Call find = calls(dht.apply(new Input.Publish(9, record, now))).getFirst();
        Effect.Call store = calls(answer(find, ENTRY, new Response.Nodes(List.of()))).getFirst();
        assertThat(store.request()).isEqualTo(new Request.Store(record));
        assertThat(answer(store, ENTRY, new Response.Stored(Optional.empty())))
                .contains(new Effect.Published(9, 1, Optional.empty()));
        VerifiedRecord older = TestUsers.record(1, 0, TestPeer.NOW + TestPeer.LIFETIME);
        assertThat(dht.apply(new Input.Publish(10, older, now))).singleElement()
                .isInstanceOfSatisfying(Effect.Published.class,
                        published -> assertThat(published.rejection().map(Rejection::code))
                                .contains(RejectionCode.REPLAYED));
    }

    private void join() {
        Effect.Call call = enter();
        List<Effect> effects = answer(call, ENTRY, new Response.Pong(Optional.of(ENTRY.record())));
        while (!calls(effects).isEmpty()) {
            List<Effect> next = new ArrayList<>();
            for (Effect.Call asked : calls(effects)) {
                next.addAll(answer(asked, ENTRY,
                        asked.request() instanceof Request.Store
                                ? new Response.Stored(Optional.empty())
                                : new Response.Nodes(List.of())));
            }
            effects = next;
        }
    }

    private Effect.Call enter() {
        dht.apply(new Input.OwnRecords(List.of(SELF.record()), now));
        return calls(dht.apply(new Input.Bootstrap(List.of(DOOR), List.of(), now))).getFirst();
    }

    private Effect.Call greet(TestPeer peer) {
        return calls(dht.apply(new Input.PeerSeen(peer.record(), now))).getFirst();
    }

    private void see(TestPeer peer, Certified<PeerRecord> record) {
        Effect.Call check = calls(dht.apply(new Input.PeerSeen(record, now))).getFirst();
        dht.apply(new Input.ResponseReceived(check.callId(), peer.id(),
                record.value().addresses().getFirst(), new Response.Pong(Optional.of(record)),
                now));
    }

    private List<Certified<PeerRecord>> told(AddressScope scope) {
        Effect.Reply reply = (Effect.Reply) dht
                .apply(request(scope, new Request.FindNode(SELF.id().dhtKey()))).getLast();
        return ((Response.Nodes) reply.response()).peers();
    }

    private Input request(AddressScope scope, Request request) {
        return new Input.RequestReceived(1,
                new Caller(TestPeer.of(9).id(), scope, Optional.empty()), request, now);
    }

    private List<Effect> answer(Effect.Call call, TestPeer from, Response response) {
        now++;
        return dht.apply(new Input.ResponseReceived(call.callId(), from.id(), from.address(),
                response, now));
    }

    private static List<Effect.Call> calls(List<Effect> effects) {
        return effects.stream().filter(Effect.Call.class::isInstance).map(Effect.Call.class::cast)
                .toList();
    }

    private static RejectionCode blame(List<Effect> effects) {
        return effects.stream().filter(Effect.Misbehaved.class::isInstance)
                .map(effect -> ((Effect.Misbehaved) effect).reason().code()).findFirst()
                .orElseThrow();
    }

    private static List<Certified<PeerRecord>> records(int first, int end) {
        List<Certified<PeerRecord>> records = new ArrayList<>();
        for (int number = first; number < end; number++) {
            records.add(TestPeer.of(number).record());
        }
        return records;
    }
}
