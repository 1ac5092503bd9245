package network.dchat.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import network.dchat.ledger.TrustedChain;

/// The times of the blocks that relays showed last, as validators signed them. Safe for many
/// threads.
final class BlockTimes {
    /// Blocks that are remembered.
    static final int MOST = 4_096;

    private final Map<Long, Long> times = new LinkedHashMap<>();

    /// When a block was made, in milliseconds; empty when it is not known.
    synchronized OptionalLong at(long height) {
        Long time = times.get(height);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }

    /// Remembers a block that was verified.
    synchronized void note(TrustedChain.TrustedHeader header) {
        times.put(header.header().getHeight(), header.timeMillis());
        if (times.size() > MOST) {
            times.remove(times.keySet().iterator().next());
        }
    }
}
