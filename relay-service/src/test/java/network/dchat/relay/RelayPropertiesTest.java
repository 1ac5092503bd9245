package network.dchat.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import network.dchat.mailbox.MailboxLimits;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RelayPropertiesTest {
    @Test
    void areTheMachinesDefaults() {
        RelayProperties properties = bound(Map.of());
        assertThat(properties.limits()).isEqualTo(MailboxLimits.defaults());
        assertThat(properties.inputs()).isEqualTo(10_000);
        assertThat(properties.blockPatience()).hasSeconds(6);
    }

    @Test
    void refuseWhatIsOutOfRange() {
        assertThat(bound(Map.of("dchat.relay.root-delay", "1h")).limits().batches().receiptMillis())
                .isEqualTo(3_600_000);
        assertThatThrownBy(() -> bound(Map.of("dchat.relay.root-delay", "3600001ms")))
                .isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bound(Map.of("dchat.relay.inputs", "0")))
                .isInstanceOf(BindException.class);
    }

    private static RelayProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate("dchat.relay",
                RelayProperties.class);
    }
}
