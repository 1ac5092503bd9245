package network.dchat.starter;

import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import network.dchat.starter.bus.BusProperties;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.MessageLimit;
import network.dchat.starter.rpc.PeerChannelCustomizer;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.PeerServerCustomizer;
import network.dchat.starter.rpc.PeerServerFactory;
import network.dchat.starter.rpc.RefusalListener;
import network.dchat.starter.rpc.RequestGuard;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.rpc.ServerPort;
import network.dchat.starter.status.CryptographyWarmUp;
import network.dchat.starter.status.NodeReadiness;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.starter.status.StatusContributor;
import network.dchat.starter.status.StatusController;
import network.dchat.starter.status.WarmUp;
import network.dchat.starter.tls.PeerTls;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;
import org.springframework.http.client.ReactorResourceFactory;

/// Wires what every node stands on.
@AutoConfiguration(beforeName = {
        "org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration",
        "org.springframework.boot.reactor.netty.autoconfigure.ReactorNettyAutoConfiguration"})
@EnableConfigurationProperties({NodeProperties.class, RpcProperties.class, BusProperties.class})
public class NodeAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    NodeIdentity nodeIdentity(NodeProperties properties) {
        return NodeIdentity.load(properties);
    }

    @Bean
    PeerTls peerTls(NodeIdentity identity, InstantSource clock) {
        return new PeerTls(identity.key(), clock);
    }

    /// Runs blocking work: a virtual thread a task.
    @Bean(destroyMethod = "shutdownNow")
    ExecutorService virtualThreads(NodeProperties properties) {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(properties.name() + "-", 0).factory());
    }

    @Bean
    PeerDialler peerDialler(PeerTls tls, RpcProperties properties, NodeProperties node,
            ObjectProvider<PeerChannelCustomizer> customizers) {
        return new PeerDialler(tls, properties, callbacks(node),
                customizers.orderedStream().toList());
    }

    /// Runs callbacks of channels and of the server. It takes them also while the node stops, since
    /// a transport that is refused one breaks.
    private static Executor callbacks(NodeProperties node) {
        ThreadFactory threads = Thread.ofVirtual().name(node.name() + "-rpc-", 0).factory();
        return task -> threads.newThread(task).start();
    }

    @Bean
    LoopTimers loopTimers(NodeProperties properties) {
        return new LoopTimers(properties.name());
    }

    @Bean
    @GlobalServerInterceptor
    @Order(0)
    ServerInterceptor callerPeer(InstantSource clock) {
        return new CallerPeer(clock);
    }

    @Bean
    RequestGuard rpcRequestGuard(RpcProperties rpc, ObjectProvider<MessageLimit> limits,
            MeterRegistry meters, InstantSource clock, ObjectProvider<RefusalListener> listeners) {
        return new RequestGuard(rpc, limits.orderedStream().toList(), meters, clock,
                listeners.orderedStream().toList());
    }

    @Bean
    PeerServerFactory nettyGrpcServerFactory(NodeProperties node, RpcProperties rpc, PeerTls tls,
            RequestGuard guard, ObjectProvider<PeerServerCustomizer> customizers,
            ObjectProvider<GrpcServiceDiscoverer> discoverer,
            ObjectProvider<GrpcServiceConfigurer> configurer) {
        PeerServerFactory factory = new PeerServerFactory(HostAndPort.parse(node.listen()),
                tls.server(), rpc, callbacks(node), guard, customizers.orderedStream().toList());
        discoverer.ifAvailable(found -> found.findServices().forEach(
                service -> factory.addService(configurer.getObject().configure(service, factory))));
        return factory;
    }

    @Bean
    GrpcServerLifecycle nettyGrpcServerLifecycle(PeerServerFactory factory,
            RpcProperties properties, ApplicationEventPublisher publisher) {
        return new GrpcServerLifecycle(factory, properties.stopGrace(), publisher);
    }

    @Bean
    ServerPort serverPort(ObjectProvider<GrpcServerLifecycle> lifecycle) {
        return () -> lifecycle.getObject().getPort();
    }

    /// Own HTTP resources, so that closing one of several nodes in a JVM does not stop the others.
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        ReactorResourceFactory factory = new ReactorResourceFactory();
        factory.setUseGlobalResources(false);
        factory.setShutdownQuietPeriod(Duration.ZERO);
        return factory;
    }

    @Bean
    WarmUp cryptographyWarmUp(NodeIdentity identity) {
        return new CryptographyWarmUp(identity);
    }

    @Bean
    NodeReadiness nodeReadiness(List<WarmUp> warmUps, ObjectProvider<ProgressCheck> checks) {
        return new NodeReadiness(warmUps, checks.orderedStream().toList());
    }

    @Bean
    StatusController statusController(NodeIdentity identity, NodeProperties properties,
            ServerPort port, NodeReadiness readiness,
            ObjectProvider<StatusContributor> contributors, InstantSource clock) {
        return new StatusController(identity, properties, port, readiness,
                contributors.orderedStream().toList(), clock);
    }
}
