package network.dchat.starter.status;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.rpc.ServerPort;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// `GET /status`: who the node is, whether it is ready, and what its parts tell.
@RestController
public final class StatusController {
    private final NodeIdentity identity;
    private final NodeProperties properties;
    private final ServerPort port;
    private final NodeReadiness readiness;
    private final List<StatusContributor> contributors;
    private final InstantSource clock;
    private final Instant started;

    /// A status of these parts.
    public StatusController(NodeIdentity identity, NodeProperties properties, ServerPort port,
            NodeReadiness readiness, List<StatusContributor> contributors, InstantSource clock) {
        this.identity = identity;
        this.properties = properties;
        this.port = port;
        this.readiness = readiness;
        this.contributors = List.copyOf(contributors);
        this.clock = clock;
        this.started = clock.instant();
    }

    /// The whole status. Parts may read a store, so it is put together off the event loop.
    @GetMapping("/status")
    public Mono<Map<String, Object>> status() {
        return Mono.fromCallable(this::compose).subscribeOn(Schedulers.boundedElastic());
    }

    private Map<String, Object> compose() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("id", identity.peerId().toString());
        status.put("name", properties.name());
        status.put("role", properties.role().name().toLowerCase(Locale.ROOT));
        status.put("region", properties.region());
        status.put("operator", properties.operator());
        status.put("network_id", identity.networkId().toString());
        status.put("chain_id", identity.network().chainId());
        status.put("grpc_port", port.port());
        status.put("uptime_seconds", Duration.between(started, clock.instant()).toSeconds());
        Map<String, String> reasons = readiness.reasons();
        status.put("ready", reasons.isEmpty());
        status.put("not_ready", reasons);
        contributors.forEach(contributor -> contributor.contribute(status));
        return status;
    }
}
