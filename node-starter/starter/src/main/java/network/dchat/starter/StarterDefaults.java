package network.dchat.starter;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/// Settings of Spring that every node shares, below all others: whoever sets one wins.
public final class StarterDefaults implements EnvironmentPostProcessor {
    private static final String SOURCE = "dchat-defaults";
    private static final String WITHOUT_DATABASE = String.join(",",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure."
                    + "DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment,
            SpringApplication application) {
        Map<String, Object> defaults = new HashMap<>();
        String listen = environment.getProperty("dchat.node.http-listen", "127.0.0.1:7070");
        int colon = listen.lastIndexOf(':');
        if (colon > 0) {
            defaults.put("server.address", listen.substring(0, colon));
            defaults.put("server.port", listen.substring(colon + 1));
        }
        defaults.put("spring.application.name", environment.getProperty("dchat.node.name", "node"));
        defaults.put("spring.main.banner-mode", "off");
        defaults.put("spring.main.web-application-type", "reactive");
        defaults.put("spring.grpc.server.reflection.enabled", "false");
        defaults.put("spring.grpc.server.health.enabled", "false");
        defaults.put("spring.jmx.enabled", "false");
        String role = environment.getProperty("dchat.node.role", "").toLowerCase(Locale.ROOT);
        defaults.put("spring.flyway.locations", "classpath:db/bus,classpath:db/" + role);
        defaults.put("spring.jpa.hibernate.ddl-auto", "none");
        defaults.put("spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access", "false");
        defaults.put("spring.jpa.database-platform", "org.hibernate.dialect.PostgreSQLDialect");
        defaults.put("logging.level.org.hibernate.orm.deprecation", "error");
        defaults.put("spring.datasource.hikari.maximum-pool-size", "4");
        defaults.put("spring.datasource.hikari.minimum-idle", "1");
        defaults.put("spring.kafka.producer.acks", "all");
        defaults.put("spring.kafka.producer.key-serializer",
                "org.apache.kafka.common.serialization.ByteArraySerializer");
        defaults.put("spring.kafka.producer.value-serializer",
                "org.apache.kafka.common.serialization.ByteArraySerializer");
        defaults.put("management.metrics.use-global-registry", "false");
        defaults.put("management.endpoints.web.exposure.include", "health,info,metrics,prometheus");
        defaults.put("management.endpoint.health.probes.enabled", "true");
        defaults.put("management.endpoint.health.show-details", "always");
        defaults.put("management.endpoint.health.group.readiness.include",
                "readinessState,nodeReadiness");
        defaults.put("server.shutdown", "graceful");
        defaults.put("spring.lifecycle.timeout-per-shutdown-phase", "10s");
        defaults.put("logging.pattern.console",
                "%d{HH:mm:ss.SSS} %-5level ${spring.application.name} %logger{0} %msg%n%ex{short}");
        if (environment.getProperty("spring.datasource.url") == null) {
            defaults.put("spring.autoconfigure.exclude", WITHOUT_DATABASE);
        }
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
    }
}
