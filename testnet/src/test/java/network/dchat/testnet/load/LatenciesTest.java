package network.dchat.testnet.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void takesTheSmallestThatEnoughDoNotExceed() {
        Latencies thousand = Latencies.of(LongStream.rangeClosed(1, 1000).map(i -> i * 1_000_000));
        assertThat(thousand.count()).isEqualTo(1000);
        assertThat(thousand.millis(0.5)).isEqualTo(500);
        assertThat(thousand.millis(0.99)).isEqualTo(990);
        assertThat(thousand.millis(0.999)).isEqualTo(999);
        assertThat(thousand.millis(1)).isEqualTo(1000);
        assertThat(Latencies.of(LongStream.of(3_000_000)).millis(0.5)).isEqualTo(3);
    }

    @Test
    void doesNotDependOnTheOrder() {
        assertThat(Latencies.of(LongStream.of(9, 1, 5).map(i -> i * 1_000_000)).millis(0.5))
                .isEqualTo(5);
    }

    @Test
    void saysNothingOfNothing() {
        Latencies none = Latencies.of(LongStream.empty());
        assertThat(none.millis(0.99)).isZero();
        assertThat(none.json()).containsEntry("count", 0);
        assertThatThrownBy(() -> none.millis(0)).hasMessageContaining("share: 0.0");
    }
}
