package network.dchat.validator;

import java.time.Duration;
import network.dchat.consensus.ConsensusLimits;
import network.dchat.consensus.MempoolLimits;
import network.dchat.consensus.Timeouts;
import network.dchat.validator.store.DamagedLog;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of a validator, `dchat.validator.*`.
///
/// @param timeouts `local` for validators of one site, `wide-area` for several regions
/// @param unguarded what a consensus key without a sign guard for this chain may do: `observe`,
/// or `sign`
///     once an operator is sure that it never signed here
/// @param mempoolTransactions transactions waiting for a block, 1 to 1,000,000
/// @param mempoolSize their bytes, 64 KiB to 1 GiB
/// @param mempoolPerSender transactions of one sender waiting, 1 to 1,024
/// @param linkQueue bytes waiting to be sent to one validator, 1 MiB to 256 MiB; what does not
/// fit is
///     asked for again
/// @param subscribers streams of blocks served at a time, 1 to 100,000
/// @param checkpointInterval blocks from one state on the disk to the next, 1 to 1,000,000; a start
///     applies about so many again
/// @param damagedLog what to do with a write-ahead log that is damaged elsewhere than at its end:
///     `refuse` to start, or `set-aside` and sign nothing until the others have decided the height
/// @param retainBlocks the latest blocks that are kept: 0 for all, else 1,000 or more; more stay
///     where the oldest of the states on the disk or the index needs them
/// @param blockSegment blocks are kept in files of this size and dropped a whole file at a time,
///     64 KiB to 1 GiB
/// @param stall after which time without a block the node is not ready, 1 s or more
@ConfigurationProperties("dchat.validator")
public record ValidatorProperties(@DefaultValue("local") Preset timeouts,
        @DefaultValue("observe") Unguarded unguarded,
        @DefaultValue("20000") int mempoolTransactions, @DefaultValue("64MB") DataSize mempoolSize,
        @DefaultValue("1024") int mempoolPerSender, @DefaultValue("16MB") DataSize linkQueue,
        @DefaultValue("1000") int subscribers, @DefaultValue("1000") int checkpointInterval,
        @DefaultValue("refuse") DamagedLog damagedLog, @DefaultValue("0") long retainBlocks,
        @DefaultValue("64MB") DataSize blockSegment, @DefaultValue("15s") Duration stall) {
    private static final int REMEMBERED_PER_WAITING = 4;
    private static final int MOST_REMEMBERED = 10_000_000;
    private static final int MOST_INTERVAL = 1_000_000;
    private static final int MOST_SUBSCRIBERS = 100_000;
    private static final long LEAST_RETAINED = 1_000;

    /// Checks every range.
    public ValidatorProperties {
        mempool(mempoolTransactions, mempoolSize, mempoolPerSender);
        if (linkQueue.compareTo(DataSize.ofMegabytes(1)) < 0
                || linkQueue.compareTo(DataSize.ofMegabytes(256)) > 0) {
            throw new IllegalArgumentException(
                    "dchat.validator.link-queue: " + linkQueue + " (expected: 1 MiB to 256 MiB)");
        }
        if (subscribers < 1 || subscribers > MOST_SUBSCRIBERS) {
            throw new IllegalArgumentException("dchat.validator.subscribers: " + subscribers
                    + " (expected: 1 to " + MOST_SUBSCRIBERS + ")");
        }
        if (checkpointInterval < 1 || checkpointInterval > MOST_INTERVAL) {
            throw new IllegalArgumentException("dchat.validator.checkpoint-interval: "
                    + checkpointInterval + " (expected: 1 to " + MOST_INTERVAL + ")");
        }
        if (retainBlocks != 0 && retainBlocks < LEAST_RETAINED) {
            throw new IllegalArgumentException("dchat.validator.retain-blocks: " + retainBlocks
                    + " (expected: 0 for all, or " + LEAST_RETAINED + " or more)");
        }
        if (blockSegment.compareTo(DataSize.ofKilobytes(64)) < 0
                || blockSegment.compareTo(DataSize.ofGigabytes(1)) > 0) {
            throw new IllegalArgumentException("dchat.validator.block-segment: " + blockSegment
                    + " (expected: 64 KiB to 1 GiB)");
        }
        if (stall.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "dchat.validator.stall: " + stall + " (expected: 1 s or more)");
        }
    }

    /// How long validators wait for each other.
    public enum Preset {
        /// Validators of one site.
        LOCAL,
        /// Validators of several regions.
        WIDE_AREA
    }

    /// What a key without its guard may do.
    public enum Unguarded {
        /// Follow the chain and sign nothing.
        OBSERVE,
        /// Sign, with a new guard.
        SIGN
    }

    /// The timeouts of the core.
    public Timeouts coreTimeouts() {
        return switch (timeouts) {
            case LOCAL -> Timeouts.local();
            case WIDE_AREA -> Timeouts.wideArea();
        };
    }

    /// The bounds of the core.
    public ConsensusLimits coreLimits() {
        return ConsensusLimits.defaults()
                .withMempool(mempool(mempoolTransactions, mempoolSize, mempoolPerSender));
    }

    private static MempoolLimits mempool(int transactions, DataSize size, int perSender) {
        return new MempoolLimits(transactions, size.toBytes(), perSender,
                (int) Math.min(MOST_REMEMBERED, (long) REMEMBERED_PER_WAITING * transactions));
    }
}
