package network.dchat.client;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// A user's own node.
@SpringBootApplication
@EnableConfigurationProperties(ClientProperties.class)
public class ClientApplication {
    /// Runs a user's node alone in its JVM.
    public static void main(String[] arguments) {
        SpringApplication.run(ClientApplication.class, arguments);
    }
}
