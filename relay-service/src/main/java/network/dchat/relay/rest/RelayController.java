package network.dchat.relay.rest;

import java.util.Map;
import network.dchat.relay.RelayStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// `GET /relay/status`: what the relay holds. Numbers only; it names no user.
@RestController
public final class RelayController {
    private final RelayStatus status;

    /// A controller over the status.
    public RelayController(RelayStatus status) {
        this.status = status;
    }

    /// What the relay holds now.
    @GetMapping("/relay/status")
    public Mono<Map<String, Object>> status() {
        return Mono.fromSupplier(status::fields);
    }
}
