package network.dchat.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ErasureSchemeTest {

    @Test
    void theFieldHasRoomFor256Shards() {
        assertThat(new ErasureScheme(200, 56).total()).isEqualTo(256);
        assertThat(new ErasureScheme(255, 1).total()).isEqualTo(256);
        assertThatThrownBy(() -> new ErasureScheme(200, 57))
                .hasMessage("parity: 57 (expected: 1 to 56)");
        assertThatThrownBy(() -> new ErasureScheme(256, 1))
                .hasMessage("data: 256 (expected: 1 to 255)");
    }

    @Test
    void needsAtLeastOneShardOfEachKind() {
        assertThat(new ErasureScheme(1, 1).total()).isEqualTo(2);
        assertThatThrownBy(() -> new ErasureScheme(0, 5)).hasMessageContaining("data: 0");
        assertThatThrownBy(() -> new ErasureScheme(10, 0)).hasMessageContaining("parity: 0");
        assertThatThrownBy(() -> new ErasureScheme(10, -1)).hasMessageContaining("parity: -1");
    }

    @Test
    void aShardIsATenthRoundedUp() {
        assertThat(ErasureScheme.TEN_FIVE.shardLength(1)).isEqualTo(1);
        assertThat(ErasureScheme.TEN_FIVE.shardLength(10)).isEqualTo(1);
        assertThat(ErasureScheme.TEN_FIVE.shardLength(11)).isEqualTo(2);
        assertThat(ErasureScheme.TEN_FIVE.shardLength(655_360)).isEqualTo(65_536);
        assertThat(ErasureScheme.TEN_FIVE.shardLength(10L * Integer.MAX_VALUE))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesLengthsThatNoShardsCanHold() {
        assertThatThrownBy(() -> ErasureScheme.TEN_FIVE.shardLength(0))
                .hasMessageContaining("length: 0");
        assertThatThrownBy(() -> ErasureScheme.TEN_FIVE.shardLength(10L * Integer.MAX_VALUE + 1))
                .hasMessageContaining("length: 21474836471");
    }
}
