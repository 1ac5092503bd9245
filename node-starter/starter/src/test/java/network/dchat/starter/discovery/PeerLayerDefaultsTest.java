package network.dchat.starter.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import network.dchat.gossip.GossipLimits;
import network.dchat.peers.ConnectionLimits;
import network.dchat.starter.connections.ConnectionProperties;
import network.dchat.starter.gossip.GossipProperties;
import network.dchat.starter.rpc.RpcProperties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

/// What holds where nobody sets anything.
class PeerLayerDefaultsTest {
    private final Binder nothing = new Binder(new MapConfigurationPropertySource(Map.of()));

    @Test
    void areThoseThatTheReadmeNames() {
        assertThat(bind("dchat.network", DhtProperties.class))
                .isEqualTo(new DhtProperties(List.of(), true, 3, 20, 2));
        assertThat(bind("dchat.network", ConnectionProperties.class).limits())
                .isEqualTo(ConnectionLimits.defaults());
        assertThat(bind("dchat.network", GossipProperties.class).limits())
                .isEqualTo(GossipLimits.defaults());
        assertThat(bind("dchat.rpc", RpcProperties.class).maxMessage())
                .isEqualTo(DataSize.ofMegabytes(4));
    }

    private <T> T bind(String prefix, Class<T> type) {
        return nothing.bindOrCreate(prefix, Bindable.of(type));
    }
}
