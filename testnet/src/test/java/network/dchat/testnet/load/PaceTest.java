package network.dchat.testnet.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void gathersForFiftyMillisecondsWhereBatchesAreNotFull() {
        Pace pace = Pace.of(1_000, 256);
        assertThat(pace.intervalNanos(4)).isEqualTo(Duration.ofMillis(50).toNanos());
        assertThat(pace.arrivedAfter(Duration.ofSeconds(60).toNanos())).isEqualTo(60_000);
    }

    @Test
    void submitsAsSoonAsABatchIsFull() {
        Pace pace = Pace.of(40_960, 256);
        assertThat(pace.intervalNanos(4)).isEqualTo(Duration.ofMillis(25).toNanos());
        assertThat(pace.atRate(81_920).intervalNanos(4))
                .isEqualTo(Duration.ofMillis(25).toNanos() / 2);
    }

    @Test
    void refusesWhatNoRelayDoes() {
        assertThatThrownBy(() -> Pace.of(0, 256)).hasMessage("rate: 0 (expected: 1 to 1000000)");
        assertThatThrownBy(() -> Pace.of(1_000_001, 256)).hasMessageContaining("rate");
        assertThatThrownBy(() -> Pace.of(1, 257)).hasMessage("batch: 257 (expected: 1 to 256)");
        assertThatThrownBy(() -> new Pace(1, 1, Duration.ZERO)).hasMessageContaining("gather");
    }
}
