package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import network.dchat.consensus.MempoolLimits;
import network.dchat.consensus.Timeouts;
import network.dchat.validator.store.DamagedLog;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ValidatorPropertiesTest {
    @Test
    void haveTheseDefaults() {
        ValidatorProperties properties = bind(Map.of());
        assertThat(properties.coreTimeouts()).isEqualTo(Timeouts.local());
        assertThat(properties.unguarded()).isEqualTo(ValidatorProperties.Unguarded.OBSERVE);
        assertThat(properties.coreLimits().mempool())
                .isEqualTo(new MempoolLimits(20_000, 64L << 20, 1_024, 80_000));
        assertThat(properties.linkQueue()).isEqualTo(DataSize.ofMegabytes(16));
        assertThat(properties.subscribers()).isEqualTo(1_000);
        assertThat(properties.checkpointInterval()).isEqualTo(1_000);
        assertThat(properties.damagedLog()).isEqualTo(DamagedLog.REFUSE);
        assertThat(properties.stall()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void refuseWhatIsOutOfRange() {
        assertThat(bind(Map.of("dchat.validator.timeouts", "wide-area")).coreTimeouts())
                .isEqualTo(Timeouts.wideArea());
        assertThatThrownBy(() -> bind(Map.of("dchat.validator.mempool-per-sender", "1025")))
                .rootCause().hasMessageContaining("expected: 1 to 1024");
        assertThatThrownBy(() -> bind(Map.of("dchat.validator.link-queue", "1KB"))).rootCause()
                .hasMessageContaining("link-queue");
        assertThatThrownBy(() -> bind(Map.of("dchat.validator.subscribers", "0"))).rootCause()
                .hasMessageContaining("subscribers");
        assertThatThrownBy(() -> bind(Map.of("dchat.validator.checkpoint-interval", "0")))
                .rootCause().hasMessageContaining("checkpoint-interval");
    }

    private static ValidatorProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("dchat.validator", ValidatorProperties.class);
    }
}
