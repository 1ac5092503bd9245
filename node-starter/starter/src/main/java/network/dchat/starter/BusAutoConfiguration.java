package network.dchat.starter;

import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import network.dchat.starter.bus.BusProperties;
import network.dchat.starter.bus.EventBus;
import network.dchat.starter.bus.KafkaEventBus;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.postgres.BatchWriter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ProducerFactory;

/// Wires the batch writer and the bus for services that have a database.
@AutoConfiguration(
        afterName = {"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"})
public class BusAutoConfiguration {
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DataSource.class)
    static class WithDatabase {
        @Bean
        @ConditionalOnBean(DataSource.class)
        BatchWriter batchWriter(DataSource dataSource) {
            return new BatchWriter(dataSource);
        }

        @Bean
        @ConditionalOnBean(DataSource.class)
        @ConditionalOnProperty(name = "dchat.bus.kind", havingValue = "kafka")
        EventBus kafkaEventBus(DataSource dataSource, BusProperties properties,
                ObjectProvider<ProducerFactory<byte[], byte[]>> producers, NodeProperties node,
                MeterRegistry meters) {
            return new KafkaEventBus(dataSource, producers.getObject().createProducer(), properties,
                    meters, node.name());
        }
    }

    @Bean
    @ConditionalOnMissingBean
    EventBus eventBus() {
        return EventBus.none();
    }
}
