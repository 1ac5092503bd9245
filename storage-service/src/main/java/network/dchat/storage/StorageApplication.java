package network.dchat.storage;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// A storage node.
@SpringBootApplication
@EnableConfigurationProperties(StorageProperties.class)
public class StorageApplication {
    /// Runs a storage node alone in its JVM.
    public static void main(String[] arguments) {
        SpringApplication.run(StorageApplication.class, arguments);
    }
}
