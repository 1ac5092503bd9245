package network.dchat.client;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import network.dchat.client.keys.KeyStore;
import network.dchat.client.keys.SecretFile;
import network.dchat.client.keys.UserKeys;
import network.dchat.client.rest.ApiToken;
import network.dchat.client.store.Store;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the user's node.
@Configuration(proxyBeanMethods = false)
class ClientConfiguration {
    @Bean
    Self self(NodeProperties node, NodeIdentity identity, ClientProperties properties,
            InstantSource clock) {
        Path directory = node.dataDirectory();
        String passphrase = properties.passphrase().isEmpty()
                ? SecretFile.loadOrCreate(directory.resolve("user.secret"))
                : properties.passphrase();
        UserKeys keys = new KeyStore(directory.resolve("user.keys"), identity.networkId())
                .open(passphrase, clock.millis());
        return new Self(keys, identity);
    }

    @Bean
    ApiToken apiToken(NodeProperties node) {
        return new ApiToken(SecretFile.loadOrCreate(node.dataDirectory().resolve("api.token")));
    }

    @Bean
    Surroundings surroundings(NodeProperties node, ExecutorService executor, LoopTimers timers,
            InstantSource clock, MeterRegistry meters) {
        return new Surroundings(node.name(), executor, timers, clock, new SecureRandom(), meters);
    }

    @Bean
    FollowedChain followedChain(NodeIdentity identity, NodeProperties node) {
        return FollowedChain.open(identity.genesis(),
                node.dataDirectory().resolve("trusted-blocks"));
    }

    @Bean
    Peers peers(PeerChannels channels, PeerDirectory directory, UserRecords users,
            FollowedChain chain) {
        return new Peers(channels, directory, users, chain);
    }

    @Bean
    @ConditionalOnMissingBean
    Archive archive(MeshAccess mesh) {
        return new MeshArchive(mesh);
    }

    @Bean
    ClientNode clientNode(Self self, NodeProperties node, Peers peers, Archive archive,
            Surroundings surroundings, ClientProperties properties) throws IOException {
        Store store = Store.open(node.dataDirectory().resolve("user.db"), self.keys().store());
        ClientNode client = new ClientNode(self, store, peers, archive, surroundings, properties);
        Gauge.builder("dchat.client.attached", () -> client.attached())
                .register(surroundings.meters());
        Gauge.builder("dchat.client.queued", () -> client.queued()).register(surroundings.meters());
        client.start();
        return client;
    }
}
