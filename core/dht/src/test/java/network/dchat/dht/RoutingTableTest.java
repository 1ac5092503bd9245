package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import network.dchat.dht.RoutingTable.Admission;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final TestPeer SELF = TestPeer.of(0);
    private static final List<TestPeer> FAR = inBucket(0, 40);

    private final DhtLimits limits = DhtLimits.defaults().withBucketSize(4);
    private final RoutingTable table = new RoutingTable(SELF.id(), limits);

    @Test
    void takesAsManyContactsAsABucketHoldsAndKeepsTheNextInReserve() {
        for (TestPeer peer : FAR.subList(0, 4)) {
            assertThat(answered(peer)).isEqualTo(Admission.ADDED);
        }
        assertThat(answered(FAR.get(4))).isEqualTo(Admission.FULL);
        assertThat(answered(FAR.get(0))).isEqualTo(Admission.KNOWN);
        assertThat(table.size()).isEqualTo(4);
        Bucket bucket = table.bucket(0);
        assertThat(bucket.contacts.getFirst().peer).isEqualTo(FAR.get(1).id());
        assertThat(bucket.replacementCount()).isEqualTo(1);
        assertThat(bucket.takeReplacement().orElseThrow().value().peer())
                .isEqualTo(FAR.get(4).id());
    }

    @Test
    void boundsTheReplacementCache() {
        for (TestPeer peer : FAR.subList(0, 10)) {
            table.heardOf(peer.record(), TestPeer.NOW);
        }
        assertThat(table.bucket(0).replacementCount()).isEqualTo(4);
        assertThat(table.bucket(0).takeReplacement().orElseThrow().value().peer())
                .isEqualTo(FAR.get(9).id());
    }

    @Test
    void dropsAContactAtTheLastFailureInARow() {
        answered(FAR.get(0));
        PeerId peer = FAR.get(0).id();
        assertThat(table.failed(peer)).isFalse();
        answered(FAR.get(0));
        assertThat(table.failed(peer)).isFalse();
        assertThat(table.failed(peer)).isTrue();
        assertThat(table.find(peer)).isEmpty();
        assertThat(table.size()).isZero();
    }

    @Test
    void takesTwoOfAPublicSubnetIntoABucketAndThreeIntoTheTable() {
        RoutingTable wide = new RoutingTable(SELF.id(), DhtLimits.defaults());
        List<TestPeer> near = inBucket(1, 4);
        assertThat(at(wide, FAR.get(0), "203.0.113.1")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, FAR.get(1), "203.0.113.2")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, FAR.get(2), "203.0.113.3")).isEqualTo(Admission.CROWDED);
        assertThat(at(wide, FAR.get(3), "203.0.114.3")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, near.get(0), "203.0.113.4")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, near.get(1), "203.0.113.5")).isEqualTo(Admission.CROWDED);
        assertThat(at(wide, near.get(2), "2001:db9:1:1::1")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, near.get(3), "2001:db9:1:2::1")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, FAR.get(4), "2001:db9:1:3::1")).isEqualTo(Admission.ADDED);
        assertThat(at(wide, FAR.get(5), "2001:db9:1:4::1")).isEqualTo(Admission.CROWDED);
        for (TestPeer peer : FAR.subList(10, 15)) {
            assertThat(at(wide, peer, "10.1.2.3")).isEqualTo(Admission.ADDED);
        }
    }

    @Test
    void takesNeitherItselfNorWhoCannotBeDialledNorWhoseRecordIsOver() {
        assertThat(answered(SELF)).isEqualTo(Admission.USELESS);
        assertThat(
                table.answered(FAR.get(0).record(1, List.of()), FAR.get(0).address(), TestPeer.NOW))
                .isEqualTo(Admission.USELESS);
        assertThat(table.answered(FAR.get(0).record(1, List.of(FAR.get(0).address()), TestPeer.NOW),
                FAR.get(0).address(), TestPeer.NOW)).isEqualTo(Admission.USELESS);
    }

    @Test
    void keepsTheNewestRecordOfAContact() {
        TestPeer peer = FAR.get(0);
        answered(peer);
        table.heardOf(peer.record(7, List.of(peer.address())), TestPeer.NOW);
        table.heardOf(peer.record(6, List.of(peer.address())), TestPeer.NOW);
        answered(peer);
        assertThat(table.find(peer.id()).orElseThrow().record().value().sequence()).isEqualTo(7);
    }

    private Admission answered(TestPeer peer) {
        return table.answered(peer.record(), peer.address(), TestPeer.NOW);
    }

    private static Admission at(RoutingTable routing, TestPeer peer, String host) {
        Multiaddr address = Multiaddr.of(host, 9000);
        return routing.answered(peer.record(1, List.of(address)), address, TestPeer.NOW);
    }

    private static List<TestPeer> inBucket(int bucket, int count) {
        List<TestPeer> found = new ArrayList<>();
        Key self = Key.of(SELF.id().dhtKey());
        for (int number = 1; found.size() < count; number++) {
            TestPeer peer = TestPeer.of(number);
            if (self.sharedBits(Key.of(peer.id().dhtKey())) == bucket) {
                found.add(peer);
            }
        }
        return found;
    }
}
