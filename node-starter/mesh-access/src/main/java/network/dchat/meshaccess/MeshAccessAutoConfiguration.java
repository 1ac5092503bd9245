package network.dchat.meshaccess;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/// Wires access to the mesh for the roles that write or read objects.
@AutoConfiguration(afterName = {"network.dchat.starter.connections.ConnectionsAutoConfiguration",
        "network.dchat.starter.discovery.DiscoveryAutoConfiguration"})
@Conditional(RoleUsesMesh.class)
public class MeshAccessAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    MeshAccess meshAccess(NodeProperties node, NodeIdentity identity, PeerDirectory directory,
            PeerChannels channels, ExecutorService executor, LoopTimers timers, InstantSource clock,
            MeterRegistry meters) throws IOException {
        QueueStore store = new QueueStore(node.dataDirectory().resolve("mesh-queue"));
        MeshEffects effects = new MeshEffects(store, channels, executor, timers, clock, meters);
        MeshAccess[] access = new MeshAccess[1];
        StorageRegistry registry = new StorageRegistry(identity, directory, channels,
                nodes -> access[0].nodesChanged(nodes));
        effects.registry(registry::nodes);
        access[0] = new MeshAccess(node.name(), identity, store, effects, timers, clock, meters);
        access[0].start();
        registry.start(timers, node.name());
        return access[0];
    }
}
