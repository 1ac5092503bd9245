package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeoutsTest {
    @Test
    void growLinearlyUpToTheCap() {
        Timeouts local = Timeouts.local();
        assertThat(local.millis(Step.PROPOSE, 0)).isEqualTo(100);
        assertThat(local.millis(Step.PREVOTE, 1)).isEqualTo(150);
        assertThat(local.millis(Step.PRECOMMIT, 10)).isEqualTo(600);
        assertThat(local.millis(Step.PROPOSE, 38)).isEqualTo(2_000);
        assertThat(local.millis(Step.PROPOSE, 39)).isEqualTo(2_000);
        assertThat(local.millis(Step.PROPOSE, Integer.MAX_VALUE)).isEqualTo(2_000);
        assertThat(Timeouts.wideArea().millis(Step.PROPOSE, 2)).isEqualTo(2_000);
        assertThat(Timeouts.wideArea().millis(Step.PROPOSE, Integer.MAX_VALUE)).isEqualTo(10_000);
    }

    @Test
    void stayWithinWhatIsPromised() {
        assertThat(batch(Duration.ofMillis(50)).batch()).hasMillis(50);
        assertThatThrownBy(() -> batch(Duration.ofMillis(51)))
                .hasMessage("batch: 51 ms (expected: 0 to 50 ms)");
        Timeouts local = Timeouts.local();
        assertThatThrownBy(() -> new Timeouts(Duration.ofMillis(2_001), local.prevote(),
                local.precommit(), local.growth(), Duration.ofSeconds(9), local.batch(),
                local.idle(), local.announce()))
                .hasMessage("propose: 2001 ms (expected: 1 to 2000 ms)");
    }

    private static Timeouts batch(Duration batch) {
        Timeouts local = Timeouts.local();
        return new Timeouts(local.propose(), local.prevote(), local.precommit(), local.growth(),
                local.longest(), batch, local.idle(), local.announce());
    }
}
