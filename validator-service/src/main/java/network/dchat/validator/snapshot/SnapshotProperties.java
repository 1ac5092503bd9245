package network.dchat.validator.snapshot;

import java.time.Duration;
import java.util.Optional;
import network.dchat.ledger.light.LightSettings;
import network.dchat.ledger.light.TrustLevel;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How a validator without blocks begins, and how it helps others to, `dchat.validator.*`.
///
/// @param sync how a node without blocks begins: `blocks` follows the chain from its first block,
///     `snapshot` fetches a state from the others, `auto` does so when nobody serves the first
///     block any more or the chain is more than 10,000 blocks long
/// @param trust a block that the operator trusts instead of genesis, `HEIGHT:HASH`; empty for none
/// @param trustingPeriod how old what is trusted may be; shorter than what validators need to take
///     their stake out
/// @param snapshotCalls calls for states served at a time, 1 to 1,000
@ConfigurationProperties("dchat.validator")
public record SnapshotProperties(@DefaultValue("blocks") Sync sync, @DefaultValue("") String trust,
        @DefaultValue("14d") Duration trustingPeriod, @DefaultValue("8") int snapshotCalls) {
    private static final int MOST_CALLS = 1_000;

    /// Checks every range.
    public SnapshotProperties {
        if (!trust.isEmpty()) {
            TrustPoint.parse(trust);
        }
        lightSettings(trustingPeriod);
        if (snapshotCalls < 1 || snapshotCalls > MOST_CALLS) {
            throw new IllegalArgumentException("dchat.validator.snapshot-calls: " + snapshotCalls
                    + " (expected: 1 to " + MOST_CALLS + ")");
        }
    }

    /// How a node without blocks begins.
    public enum Sync {
        /// It follows all blocks.
        BLOCKS,
        /// It fetches a state.
        SNAPSHOT,
        /// It fetches a state where following all blocks is impossible or would take long.
        AUTO
    }

    /// The block that the operator trusts.
    Optional<TrustPoint> trustPoint() {
        return trust.isEmpty() ? Optional.empty() : Optional.of(TrustPoint.parse(trust));
    }

    /// How headers are verified.
    LightSettings lightSettings() {
        return lightSettings(trustingPeriod);
    }

    private static LightSettings lightSettings(Duration trustingPeriod) {
        LightSettings standard = LightSettings.DEFAULT;
        return new LightSettings(trustingPeriod, TrustLevel.ONE_THIRD, standard.clockDrift(),
                standard.maximumBlocks());
    }
}
