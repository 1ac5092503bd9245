package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.Test;

class KnownPeersTest {
    private final KnownPeers known = new KnownPeers(2);
    private final TestPeer first = TestPeer.of(1);
    private final TestPeer second = TestPeer.of(2);
    private final TestPeer third = TestPeer.of(3);

    @Test
    void keepsNewerRecordsOnly() {
        assertThat(known.add(first.record(2, List.of()), TestPeer.NOW)).isTrue();
        assertThat(known.add(first.record(2, List.of()), TestPeer.NOW)).isFalse();
        assertThat(known.add(first.record(1, List.of()), TestPeer.NOW)).isFalse();
        assertThat(known.add(first.record(3, List.of()), TestPeer.NOW)).isTrue();
        assertThat(known.find(first.id(), TestPeer.NOW).orElseThrow().value().sequence())
                .isEqualTo(3);
        assertThat(known.find(first.id(), TestPeer.NOW + TestPeer.LIFETIME)).isEmpty();
    }

    @Test
    void dropsWhoNeverAnsweredFirst() {
        known.add(first.record(), TestPeer.NOW);
        known.answered(first.id(), TestPeer.NOW);
        known.add(second.record(), TestPeer.NOW);
        known.add(third.record(), TestPeer.NOW);
        assertThat(known.size()).isEqualTo(2);
        assertThat(known.find(second.id(), TestPeer.NOW)).isEmpty();
        assertThat(known.find(peer -> peer.profile().roles().contains(Role.RELAY), TestPeer.NOW))
                .containsExactly(first.record(), third.record());
        known.silent(first.id());
        known.answered(third.id(), TestPeer.NOW);
        assertThat(known.find(_ -> true, TestPeer.NOW)).containsExactly(third.record(),
                first.record());
    }
}
