package network.dchat.relay;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.GenesisRules;
import network.dchat.mailbox.Inspector;
import network.dchat.relay.chain.ChainFollower;
import network.dchat.relay.chain.FinalityCheck;
import network.dchat.relay.chain.Registrar;
import network.dchat.relay.chain.ValidatorDesk;
import network.dchat.relay.chain.Validators;
import network.dchat.relay.grpc.Attachments;
import network.dchat.relay.grpc.ChainPassThrough;
import network.dchat.relay.grpc.Desk;
import network.dchat.relay.grpc.ForwardLinks;
import network.dchat.relay.grpc.MailboxService;
import network.dchat.relay.grpc.ParallelChecks;
import network.dchat.relay.postgres.OutboxBodies;
import network.dchat.relay.postgres.PostgresMailboxStore;
import network.dchat.starter.bus.EventBus;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.connections.AttachedUsers;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.status.WarmUp;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Role;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the relay.
@Configuration(proxyBeanMethods = false)
class RelayConfiguration {
    private static final String TRUSTED_BLOCKS = "trusted-blocks";
    private static final Duration WATCH = Duration.ofSeconds(1);
    private static final Duration REGISTRY = Duration.ofSeconds(5);

    @Bean
    RelayInbox relayInbox(InstantSource clock) {
        return new RelayInbox(clock);
    }

    @Bean
    Desk relayDesk(NodeIdentity identity, RelayInbox inbox, ExecutorService executor,
            MeterRegistry meters) {
        return new Desk(new Inspector(identity.networkId(), identity.peerId()), inbox,
                new ParallelChecks(executor, Runtime.getRuntime().availableProcessors()), executor,
                meters);
    }

    @Bean
    Attachments attachments(AttachedUsers users) {
        return new Attachments(users);
    }

    @Bean
    ForwardLinks forwardLinks(PeerChannels channels, Desk desk) {
        return new ForwardLinks(channels, desk);
    }

    @Bean
    MailboxService mailboxService(Attachments attachments, ForwardLinks links, Desk desk,
            LoopTimers timers) {
        return new MailboxService(attachments, links, desk, timers);
    }

    @Bean
    Validators validators(NodeIdentity identity, ObjectProvider<PeerDirectory> directory,
            PeerChannels channels, InstantSource clock) {
        return new Validators(identity.genesis(), identity.peerId(),
                () -> directory.stream()
                        .flatMap(known -> known.find(PeerQuery.of(Role.VALIDATOR)).stream())
                        .map(PeerRecord::peer).toList(),
                channels, clock);
    }

    /// What this relay trusts of the chain.
    @Bean
    FollowedChain followedChain(NodeIdentity identity, NodeProperties node) {
        return FollowedChain.open(GenesisRules.require(identity.genesis()),
                node.dataDirectory().resolve(TRUSTED_BLOCKS));
    }

    @Bean
    ChainFollower chainFollower(Validators validators, FollowedChain chain, RelayInbox inbox,
            RelayProperties properties, NodeProperties node, MeterRegistry meters) {
        return new ChainFollower(validators, chain, inbox, properties.blockPatience(), meters,
                node.name());
    }

    @Bean
    ChainDesk chainDesk(Validators validators, ChainFollower follower, FollowedChain chain,
            NodeIdentity identity, RelayInbox inbox, ExecutorService executor) {
        return new ValidatorDesk(validators, follower, new FinalityCheck(chain),
                WalletAddress.of(identity.key().publicKey()), inbox, executor,
                identity.genesis().getParameters().getCommitmentFee());
    }

    @Bean
    ChainPassThrough chainPassThrough(Validators validators, FollowedChain chain, Desk desk) {
        return new ChainPassThrough(validators, chain, desk);
    }

    @Bean
    MailboxStore mailboxStore(BatchWriter writer, DataSource source, OutboxBodies bodies,
            RelayEvents events, MeterRegistry meters) {
        return new PostgresMailboxStore(writer, source, bodies, events, meters);
    }

    @Bean
    RelayEvents relayEvents(EventBus bus, NodeIdentity identity, InstantSource clock) {
        return new RelayEvents(bus, identity.peerId(), clock);
    }

    @Bean
    RecordDesk recordDesk(UserRecords records, NodeIdentity identity) {
        return new RecordDesk(records, identity.networkId());
    }

    @Bean
    RelayEffects.Ports relayPorts(MailboxStore store, Attachments users, ForwardLinks relays,
            ChainDesk chain, RecordDesk records) {
        return new RelayEffects.Ports(store, users, relays, chain, records);
    }

    @Bean
    RelayTimers relayTimers(LoopTimers timers, RelayInbox inbox) {
        return new RelayTimers(timers, inbox);
    }

    @Bean
    RelayEffects relayEffects(RelayEffects.Ports ports, NodeIdentity identity, RelayInbox inbox,
            RelayTimers timers, ExecutorService executor, MeterRegistry meters) {
        return new RelayEffects(ports, new RelayFrames(identity.networkId(), identity.key()), inbox,
                timers, executor, meters);
    }

    /// A machine that broke its own rules stops the node.
    @Bean
    RelayNode.World relayWorld(NodeProperties node, LoopTimers timers, MeterRegistry meters,
            ConfigurableApplicationContext context) {
        return new RelayNode.World(node.name(), timers, meters,
                () -> Thread.ofPlatform().name(node.name() + "-stop").start(context::close));
    }

    @Bean
    RelayNode relayNode(NodeIdentity identity, RelayProperties properties, RelayEffects.Ports ports,
            RelayEffects effects, RelayInbox inbox, RelayTimers timers, RelayNode.World world) {
        return new RelayNode(identity, properties, ports, effects, inbox, timers, world);
    }

    @Bean
    Registrar registrar(Validators validators, NodeIdentity identity, NodeProperties node,
            RelayInbox inbox, ExecutorService executor, LoopTimers timers) {
        Registrar registrar = new Registrar(
                validators, identity.peerId(), RegisterNode.newBuilder().setRole(Role.RELAY)
                        .setOperator(node.operator()).setRegion(node.region()).build(),
                inbox, executor);
        timers.every(REGISTRY, registrar::look);
        return registrar;
    }

    @Bean
    ChainFollowing chainFollowing(ChainFollower follower, LoopTimers timers) {
        timers.every(WATCH, follower::watch);
        return new ChainFollowing(follower);
    }

    @Bean
    Funds funds(RelayNode node, NodeIdentity identity) {
        return new Funds(node, WalletAddress.of(identity.key().publicKey()));
    }

    @Bean
    RelayStatus relayStatus(RelayNode node, ChainFollower follower, Validators validators,
            Registrar registrar, Funds funds, MeterRegistry meters) {
        return new RelayStatus(node, follower, validators, registrar, funds, meters);
    }

    @Bean
    WarmUp relayWarmUp(NodeIdentity identity, Desk desk, InstantSource clock) {
        return new RelayWarmUp(identity, desk.inspector(), clock);
    }
}
