package network.dchat.validator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.dchat.identity.PeerId;

/// How much of what each validator sent may wait for the core, so that none can fill the memory.
final class InboundBudget {
    private final long maximumBytes;
    private final Map<PeerId, Long> waiting = new ConcurrentHashMap<>();

    /// @param maximumBytes bytes of one validator that may wait
    InboundBudget(long maximumBytes) {
        this.maximumBytes = maximumBytes;
    }

    /// Takes room; false when the validator has used up its own.
    boolean take(PeerId peer, long bytes) {
        boolean[] taken = new boolean[1];
        waiting.compute(peer, (_, used) -> {
            long before = used == null ? 0 : used;
            taken[0] = before + bytes <= maximumBytes;
            return taken[0] ? Long.valueOf(before + bytes) : used;
        });
        return taken[0];
    }

    /// Gives room back.
    void giveBack(PeerId peer, long bytes) {
        waiting.computeIfPresent(peer, (_, used) -> used > bytes ? used - bytes : null);
    }
}
