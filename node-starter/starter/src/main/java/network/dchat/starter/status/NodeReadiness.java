package network.dchat.starter.status;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.EventListener;

/// Readiness that means progress: up when the warm-ups are done and every part moves, else out of
/// service with the reason of each part that does not.
public final class NodeReadiness implements HealthIndicator {
    private final List<WarmUp> warmUps;
    private final List<ProgressCheck> checks;
    private volatile boolean warm;

    /// Readiness over these parts.
    public NodeReadiness(List<WarmUp> warmUps, List<ProgressCheck> checks) {
        this.warmUps = List.copyOf(warmUps);
        this.checks = List.copyOf(checks);
    }

    /// Warms up once the context stands.
    @EventListener(ApplicationReadyEvent.class)
    public void warmUp() {
        warmUps.forEach(WarmUp::warmUp);
        warm = true;
    }

    /// Each part that makes no progress with its reason; empty = ready.
    public Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        if (!warm) {
            reasons.put("warm-up", "still warming up");
        }
        for (ProgressCheck check : checks) {
            check.blockedBy().ifPresent(reason -> reasons.put(check.part(), reason));
        }
        return reasons;
    }

    @Override
    public Health health() {
        Map<String, String> reasons = reasons();
        Health.Builder health = reasons.isEmpty() ? Health.up() : Health.outOfService();
        return health.withDetails(reasons).build();
    }
}
