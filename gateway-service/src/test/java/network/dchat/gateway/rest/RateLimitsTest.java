package network.dchat.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import network.dchat.identity.WalletAddress;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final WalletAddress ONE = WalletAddress
            .of("0x0000000000000000000000000000000000000001");
    private static final WalletAddress TWO = WalletAddress
            .of("0x0000000000000000000000000000000000000002");

    @Test
    void allowsABurstOfTwoSecondsAndThenTheRate() {
        RateLimits limits = new RateLimits(3);
        for (int count = 0; count < 6; count++) {
            assertThat(limits.take(ONE, 1000).allowed()).isTrue();
        }
        assertThat(limits.take(ONE, 1000)).isEqualTo(new RateLimits.Answer(false, 0, 1));
        assertThat(limits.take(ONE, 1333).allowed()).isFalse();
        assertThat(limits.take(ONE, 1334).allowed()).isTrue();
        assertThat(limits.take(ONE, 1334).allowed()).isFalse();
        assertThat(limits.take(TWO, 1334).left()).isEqualTo(5);
        assertThat(limits.take(ONE, 60_000).left()).isEqualTo(5);
    }

    @Test
    void aClockThatGoesBackGivesNothingAway() {
        RateLimits limits = new RateLimits(1);
        limits.take(ONE, 10_000);
        limits.take(ONE, 10_000);
        assertThat(limits.take(ONE, 5_000).allowed()).isFalse();
        assertThat(limits.take(ONE, 10_500).allowed()).isFalse();
        assertThat(limits.take(ONE, 11_000).allowed()).isTrue();
    }

    @Test
    void tellsItsPolicy() {
        assertThat(new RateLimits(10).policy()).isEqualTo("\"wallet\";q=20;w=2");
    }
}
