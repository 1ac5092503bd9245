package network.dchat.gateway.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.signature.RequestVerifier;
import network.dchat.starter.node.NodeIdentity;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import tools.jackson.databind.json.JsonMapper;

/// Wires the door.
@Configuration(proxyBeanMethods = false)
class RestConfiguration {
    @Bean
    RequestVerifier requestVerifier(NodeIdentity node, GatewayProperties properties) {
        return new RequestVerifier(node.networkId(), properties.signatureAge(),
                properties.rememberedNonces());
    }

    @Bean
    RequestGuard signatureGuard(RequestVerifier verifier, GatewayProperties properties,
            InstantSource clock) {
        return new RequestGuard(verifier, new RateLimits(properties.requestsPerSecond()),
                properties, clock);
    }

    @Bean
    Problems problems(JsonMapper json, NodeIdentity node, MeterRegistry meters) {
        return new Problems(json, node.networkId(), meters);
    }

    @Bean
    Blocking blocking(ExecutorService virtualThreads) {
        return new Blocking(virtualThreads);
    }

    @Bean
    WebFluxConfigurer bodyLimits(GatewayProperties properties) {
        return new WebFluxConfigurer() {
            @Override
            public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
                configurer.defaultCodecs().maxInMemorySize((int) properties.maxBody().toBytes());
            }
        };
    }
}
