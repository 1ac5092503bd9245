package network.dchat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GatewayPropertiesTest {
    @Test
    void hasDefaults() {
        assertThat(bind(Map.of())).isEqualTo(new GatewayProperties(DataSize.ofMegabytes(1),
                Duration.ofSeconds(60), 100_000, 10, Duration.ofSeconds(10), Duration.ofSeconds(5),
                64, 1000, Duration.ofMinutes(5), 1000));
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThat(bind(Map.of("dchat.gateway.max-body", "4MB")).maxBody())
                .isEqualTo(DataSize.ofMegabytes(4));
        assertThatThrownBy(() -> bind(Map.of("dchat.gateway.max-body", "4194305B"))).rootCause()
                .hasMessageContaining("dchat.gateway.max-body: 4194305");
        assertThatThrownBy(() -> bind(Map.of("dchat.gateway.calls-at-once", "0"))).rootCause()
                .hasMessage("dchat.gateway.calls-at-once: 0 (expected: 1 to 1000)");
    }

    private static GatewayProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("dchat.gateway", GatewayProperties.class);
    }
}
