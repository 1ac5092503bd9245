package network.dchat.validator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import network.dchat.validator.snapshot.SnapshotProperties.Sync;
import org.junit.jupiter.api.Test;

class SnapshotPropertiesTest {
    private static final Duration PERIOD = Duration.ofDays(14);

    @Test
    void aTrustedBlockIsAHeightAndAHash() {
        SnapshotProperties good = new SnapshotProperties(Sync.AUTO, "12:" + "0f".repeat(32), PERIOD,
                8);
        assertThat(good.trustPoint().orElseThrow().height()).isEqualTo(12);
        assertThat(good.trustPoint().orElseThrow()).hasToString("12:" + "0f".repeat(32));
        for (String bad : new String[]{"12", "0:" + "0f".repeat(32), "-1:" + "0f".repeat(32),
                "12:0f", "12:" + "0g".repeat(32), "9".repeat(19) + ":" + "0f".repeat(32)}) {
            assertThatThrownBy(() -> new SnapshotProperties(Sync.AUTO, bad, PERIOD, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dchat.validator.trust: ");
        }
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new SnapshotProperties(Sync.BLOCKS, "", Duration.ZERO, 8))
                .isInstanceOf(IllegalArgumentException.class);
        for (int calls : new int[]{0, 1_001}) {
            assertThatThrownBy(() -> new SnapshotProperties(Sync.BLOCKS, "", PERIOD, calls))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dchat.validator.snapshot-calls: ");
        }
    }
}
