package network.dchat.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import network.dchat.identity.PeerId;
import org.junit.jupiter.api.Test;

class ReputationsTest {
    private static final long HOUR = 3_600_000;
    private static final PeerId PEER = Peers.of(1);

    private final Reputations reputations = new Reputations(2);

    @Test
    void startsAtAHalfAndDriftsBackHalfOfTheWayEachHour() {
        assertThat(reputations.score(PEER, 0)).isEqualTo(0.5);
        reputations.judge(PEER, Deed.AUDIT_FAILED, 0);
        assertThat(reputations.score(PEER, 0)).isCloseTo(0.25, within(1e-9));
        assertThat(reputations.score(PEER, HOUR)).isCloseTo(0.375, within(1e-9));
        assertThat(reputations.score(PEER, 2 * HOUR)).isCloseTo(0.4375, within(1e-9));
    }

    @Test
    void staysBetweenZeroAndOne() {
        for (int count = 0; count < 1_000; count++) {
            reputations.judge(PEER, Deed.AUDIT_PASSED, 0);
            reputations.judge(Peers.of(2), Deed.MISBEHAVED, 0);
        }
        assertThat(reputations.score(PEER, 0)).isBetween(0.99, 1.0);
        assertThat(reputations.score(Peers.of(2), 0)).isBetween(0.0, 0.01);
    }

    @Test
    void forgetsThePeerJudgedLongestAgo() {
        reputations.judge(Peers.of(1), Deed.MISBEHAVED, 0);
        reputations.judge(Peers.of(2), Deed.MISBEHAVED, 1);
        reputations.judge(Peers.of(3), Deed.MISBEHAVED, 2);
        assertThat(reputations.size()).isEqualTo(2);
        assertThat(reputations.score(Peers.of(1), 2)).isEqualTo(0.5);
        assertThat(reputations.score(Peers.of(3), 2)).isLessThan(0.5);
    }
}
