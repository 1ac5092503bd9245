package network.dchat.validator;

import network.dchat.validator.store.ConsensusStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DiskProperties.class)
class DiskConfiguration {
    @Bean
    DiskProgress diskProgress(ConsensusStore store, DiskProperties properties) {
        return new DiskProgress(store.disk(), properties.minimumFreeSpace());
    }
}
