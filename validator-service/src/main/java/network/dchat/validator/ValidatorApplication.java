package network.dchat.validator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// A validator.
@SpringBootApplication
@EnableConfigurationProperties(ValidatorProperties.class)
public class ValidatorApplication {
    /// Runs a validator alone in its JVM.
    public static void main(String[] arguments) {
        SpringApplication.run(ValidatorApplication.class, arguments);
    }
}
