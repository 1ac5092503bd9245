package network.dchat.storage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.status.Crashable;
import network.dchat.starter.status.StatusContributor;
import network.dchat.storage.grpc.ShardsService;
import network.dchat.storage.postgres.PostgresShardIndex;
import network.dchat.storage.postgres.StoredObjects;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Role;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/// Wires the storage node.
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
    @Bean
    ShardIndex shardIndex(BatchWriter writer, JdbcTemplate jdbc, StoredObjects objects,
            NodeIdentity identity) {
        return new PostgresShardIndex(writer, jdbc, objects, identity.networkId());
    }

    @Bean
    ShardStore shardStore(NodeProperties node, StorageProperties properties, NodeIdentity identity,
            ShardIndex index, MeterRegistry meters) throws IOException {
        ShardStore store = new ShardStore(node.name(), node.dataDirectory().resolve("shards"),
                properties, identity.networkId(), index);
        Gauge.builder("dchat.shards.held", store, ShardStore::shards).register(meters);
        Gauge.builder("dchat.shards.used.bytes", store, ShardStore::usedBytes).register(meters);
        Gauge.builder("dchat.shards.capacity.bytes", () -> properties.capacity().toBytes())
                .register(meters);
        return store;
    }

    @Bean
    ReadRights readRights(NodeIdentity identity) {
        return new ReadRights(identity);
    }

    @Bean
    ShardsService shardsService(ShardStore store, ReadRights rights, NodeIdentity identity,
            StorageProperties properties, InstantSource clock, MeterRegistry meters) {
        return new ShardsService(store, rights, identity.networkId(), properties, clock, meters);
    }

    @Bean
    ShardSweeper shardSweeper(ShardStore store, StorageProperties properties, LoopTimers timers,
            InstantSource clock, NodeProperties node) {
        ShardSweeper sweeper = new ShardSweeper(store, clock);
        sweeper.start(properties, timers, node.name());
        return sweeper;
    }

    @Bean
    NodeRegistration nodeRegistration(NodeIdentity identity, NodeProperties node,
            StorageProperties properties, ReadRights rights, InstantSource clock,
            NodeRegistration.Chain chain) {
        return new NodeRegistration(identity,
                RegisterNode.newBuilder().setRole(Role.STORAGE).setOperator(node.operator())
                        .setRegion(node.region()).setCapacity(properties.capacity().toBytes())
                        .build(),
                rights, chain, clock);
    }

    /// A context without the peer layer knows nobody to ask.
    @Bean
    NodeRegistration.Chain registrationChain(ObjectProvider<PeerDirectory> directory,
            ObjectProvider<PeerChannels> channels) {
        return new ChainPeers(directory, channels);
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> registrationStart(NodeRegistration registration,
            LoopTimers timers, NodeProperties node) {
        return _ -> registration.start(timers, node.name());
    }

    @Bean
    StatusContributor storageStatus(ShardStore store, StorageProperties properties,
            NodeRegistration registration) {
        return status -> {
            status.put("shards", store.shards());
            status.put("used_bytes", store.usedBytes());
            status.put("capacity_bytes", properties.capacity().toBytes());
            status.put("registered", registration.isRegistered());
        };
    }

    @Bean
    Crashable shardStoreCrash(ShardStore store) {
        return () -> {
            try {
                store.crash();
            } catch (IOException e) {
                LoggerFactory.getLogger(StorageConfiguration.class)
                        .warn("event=crash-hook-failed reason={}", e.toString());
            }
        };
    }
}
