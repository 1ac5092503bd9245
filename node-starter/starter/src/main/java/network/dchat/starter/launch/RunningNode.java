package network.dchat.starter.launch;

import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.rpc.ServerPort;
import network.dchat.starter.status.Crashable;
import network.dchat.starter.status.NodeReadiness;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// A node that runs as a Spring context of its own in this JVM.
public final class RunningNode implements AutoCloseable {
    private static final String SOURCE = "dchat-launch";

    private final ConfigurableApplicationContext context;

    private RunningNode(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// Starts a node and returns when its context stands.
    ///
    /// @param application the service's application class
    /// @param settings    win over every other source of settings
    public static RunningNode start(Class<?> application, Map<String, Object> settings) {
        SpringApplication spring = new SpringApplication(application);
        spring.setRegisterShutdownHook(false);
        spring.setLogStartupInfo(false);
        spring.setEnvironment(LaunchEnvironment.of(settings, SOURCE));
        return new RunningNode(spring.run());
    }

    /// The node's beans, for tests and for the launcher.
    public ConfigurableApplicationContext context() {
        return context;
    }

    /// What the operator calls it.
    public String name() {
        return context.getBean(NodeProperties.class).name();
    }

    /// Its name on the network.
    public PeerId peerId() {
        return context.getBean(NodeIdentity.class).peerId();
    }

    /// The port of gRPC.
    public int grpcPort() {
        return context.getBean(ServerPort.class).port();
    }

    /// The port of REST and management.
    public int httpPort() {
        return context instanceof WebServerApplicationContext web && web.getWebServer() != null
                ? web.getWebServer().getPort()
                : 0;
    }

    /// Each part that makes no progress, with its reason; empty = ready.
    public Map<String, String> notReady() {
        return context.getBean(NodeReadiness.class).reasons();
    }

    /// Stops as a crash would, as far as one JVM allows: every part drops what is not durable,
    /// then the
    /// context goes.
    public void crash() {
        context.getBeansOfType(Crashable.class).values().forEach(Crashable::crash);
        context.close();
    }

    /// Stops in good order.
    @Override
    public void close() {
        context.close();
    }
}
