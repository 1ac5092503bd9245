package network.dchat.discovery;

import network.dchat.starter.discovery.DhtProperties;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.starter.status.StatusContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires what a discovery node has besides the peer layer.
@Configuration(proxyBeanMethods = false)
class DiscoveryConfiguration {
    @Bean
    ProgressCheck entered(NodeDht dht, DhtProperties properties) {
        return new EntryCheck(dht, properties.bootstrapNodes().size());
    }

    @Bean
    StatusContributor dhtStatus(NodeDht dht) {
        return status -> {
            status.put("dht_contacts", dht.tally().contacts());
            status.put("dht_records", dht.tally().records());
            status.put("dht_lookups", dht.tally().lookups());
            status.put("dht_requests", dht.tally().requests());
        };
    }

    @Bean
    EntryController entryController(OwnPeerRecords own) {
        return new EntryController(own);
    }
}
