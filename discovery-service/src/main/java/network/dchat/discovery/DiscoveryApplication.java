package network.dchat.discovery;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// A discovery node. Any node can be an entry; this one is nothing else.
@SpringBootApplication
public class DiscoveryApplication {
    /// Runs a discovery node alone in its JVM.
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(DiscoveryApplication.class);
        application.setDefaultProperties(Map.of("dchat.node.role", "discovery", "dchat.node.name",
                "discovery", "dchat.node.listen", "0.0.0.0:9000", "dchat.node.http-listen",
                "127.0.0.1:9001"));
        application.run(arguments);
    }
}
