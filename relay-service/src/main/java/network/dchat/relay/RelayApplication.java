package network.dchat.relay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// A relay.
@SpringBootApplication
@EnableConfigurationProperties(RelayProperties.class)
public class RelayApplication {
    /// Runs a relay alone in its JVM.
    public static void main(String[] arguments) {
        SpringApplication.run(RelayApplication.class, arguments);
    }
}
