package network.dchat.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import network.dchat.gateway.messages.ChainNews;
import network.dchat.gateway.messages.History;
import network.dchat.gateway.messages.MessageHub;
import network.dchat.gateway.messages.MessageStore;
import network.dchat.gateway.messages.News;
import network.dchat.gateway.messages.ProofDesk;
import network.dchat.gateway.messages.SendDesk;
import network.dchat.gateway.messages.Watch;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.gateway.postgres.DatabaseCheck;
import network.dchat.gateway.postgres.GrantRows;
import network.dchat.gateway.postgres.MessageRows;
import network.dchat.gateway.relay.Attachments;
import network.dchat.gateway.relay.MailboxReader;
import network.dchat.gateway.relay.RelayCheck;
import network.dchat.gateway.relay.Relays;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.starter.status.StatusContributor;
import network.dchat.wire.v1.ChainGrpc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Wires the gateway.
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {
    private static final long LIGHT_BLOCKS_SECONDS = 20;

    @Bean
    PeerGuard peerGuard(GatewayProperties properties, ExecutorService virtualThreads,
            MeterRegistry meters) {
        return new PeerGuard(properties, virtualThreads, meters);
    }

    @Bean
    Relays relays(UserRecords users, PeerDirectory directory, PeerGuard guard) {
        return new Relays(users, directory, guard, new SecureRandom());
    }

    @Bean
    Attachments attachments(NodeIdentity node, PeerChannels channels, Relays relays,
            PeerGuard guard, GatewayProperties properties, InstantSource clock,
            ExecutorService virtualThreads) {
        return new Attachments(node, channels, relays, guard, properties, clock, virtualThreads);
    }

    @Bean
    MailboxReader mailboxReader(Attachments attachments, Relays relays, PeerGuard guard,
            NodeIdentity node) {
        return new MailboxReader(attachments, relays, guard, node.networkId());
    }

    @Bean
    MessageStore messageStore(MessageRows messages, GrantRows grants,
            PlatformTransactionManager transactions, InstantSource clock) {
        return new MessageStore(messages, grants, new TransactionTemplate(transactions), clock);
    }

    @Bean
    MessageHub messageHub(GatewayProperties properties, MeterRegistry meters) {
        MessageHub hub = new MessageHub(properties.subscribers());
        Gauge.builder("dchat.gateway.listeners", hub::size).register(meters);
        return hub;
    }

    @Bean
    ChainNews chainNews(NodeIdentity identity, NodeProperties node, PeerChannels channels) {
        FollowedChain chain = FollowedChain.open(identity.genesis(),
                node.dataDirectory().resolve("trusted-blocks"));
        return new ChainNews(chain,
                relay -> (above, height) -> LightBlockSource
                        .of(ChainGrpc.newBlockingStub(channels.channelTo(relay).channel())
                                .withDeadlineAfter(LIGHT_BLOCKS_SECONDS, TimeUnit.SECONDS))
                        .lightBlocks(above, height));
    }

    @Bean
    News news(NodeIdentity node, MessageStore store, MessageHub hub, Relays relays, ChainNews chain,
            Attachments attachments, InstantSource clock, ExecutorService virtualThreads,
            MeterRegistry meters) {
        News news = new News(node, store, hub, relays, chain,
                new News.World(clock, virtualThreads, meters));
        attachments.listen(news);
        Gauge.builder("dchat.gateway.attachments", attachments::size).register(meters);
        return news;
    }

    @Bean
    SendDesk sendDesk(NodeIdentity node, Attachments attachments, MeshAccess mesh, PeerGuard guard,
            News news, GatewayProperties properties, InstantSource clock) {
        return new SendDesk(node, attachments, mesh, guard, news, properties, clock);
    }

    @Bean
    ProofDesk proofDesk(News news, ChainNews chain, NodeIdentity node) {
        return new ProofDesk(news, chain, node);
    }

    @Bean
    History history(MeshAccess mesh, PeerGuard guard) {
        return new History(mesh, guard);
    }

    @Bean
    Watch watch(NodeIdentity node, News news, Attachments attachments, GatewayProperties properties,
            InstantSource clock, LoopTimers timers) {
        Watch watch = new Watch(node, news, attachments, properties, clock);
        watch.start(timers);
        return watch;
    }

    @Bean
    ProgressCheck relayCheck(PeerDirectory directory) {
        return new RelayCheck(directory);
    }

    @Bean
    ProgressCheck databaseCheck(DataSource dataSource) {
        return new DatabaseCheck(dataSource);
    }

    @Bean
    StatusContributor gatewayStatus(Attachments attachments, MessageHub hub) {
        return status -> {
            status.put("mailboxes_open", attachments.size());
            status.put("event_streams", hub.size());
        };
    }
}
