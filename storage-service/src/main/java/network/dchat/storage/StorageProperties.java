package network.dchat.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of a storage node, `dchat.storage.*`.
///
/// @param capacity     bytes of shards it takes at most, 1 MiB and up
/// @param reserve      bytes that stay free on its disk; below it every put is refused
/// @param segment      size at which a segment of the shard log is closed, 64 KiB to 1 GiB
/// @param sweep        how often expired objects are forgotten
/// @param shardCallers puts and gets served at a time, 1 to 10,000
@ConfigurationProperties("dchat.storage")
public record StorageProperties(@DefaultValue("1GB") DataSize capacity,
        @DefaultValue("64MB") DataSize reserve, @DefaultValue("16MB") DataSize segment,
        @DefaultValue("60s") Duration sweep, @DefaultValue("256") int shardCallers) {
    private static final int MOST_CALLERS = 10_000;

    public StorageProperties {
        if (capacity.compareTo(DataSize.ofMegabytes(1)) < 0) {
            throw new IllegalArgumentException(
                    "dchat.storage.capacity: " + capacity + " (expected: 1 MiB or more)");
        }
        if (reserve.isNegative()) {
            throw new IllegalArgumentException(
                    "dchat.storage.reserve: " + reserve + " (expected: 0 or more)");
        }
        if (sweep.isNegative() || sweep.isZero()) {
            throw new IllegalArgumentException(
                    "dchat.storage.sweep: " + sweep + " (expected: more than 0)");
        }
        if (shardCallers < 1 || shardCallers > MOST_CALLERS) {
            throw new IllegalArgumentException("dchat.storage.shard-callers: " + shardCallers
                    + " (expected: 1 to " + MOST_CALLERS + ")");
        }
    }
}
