package network.dchat.validator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/// A validator.
@SpringBootApplication
@EnableConfigurationProperties(ValidatorProperties.class)
public class ValidatorApplication {
    /// Runs a validator alone in its JVM, and ends with exit code 1 once its disk has failed.
    public static void main(String[] arguments) {
        ConfigurableApplicationContext context = SpringApplication.run(ValidatorApplication.class,
                arguments);
        DiskProgress disk = context.getBean(DiskProgress.class);
        context.addApplicationListener((ApplicationListener<ContextClosedEvent>) _ -> {
            if (disk.getExitCode() != 0) {
                Thread.ofPlatform().name("exit").start(() -> System.exit(disk.getExitCode()));
            }
        });
    }
}
