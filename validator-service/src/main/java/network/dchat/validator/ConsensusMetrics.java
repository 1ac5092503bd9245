package network.dchat.validator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import network.dchat.consensus.Decision;
import network.dchat.consensus.RefusalReason;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.RejectionCode;

/// What consensus counts, under CometBFT's names where it has one.
public final class ConsensusMetrics {
    private final MeterRegistry meters;
    private final AtomicLong height = new AtomicLong();
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong missing = new AtomicLong();
    private final AtomicLong byzantine = new AtomicLong();
    private final AtomicLong lastDecidedMillis = new AtomicLong();
    private final Timer interval;
    private final DistributionSummary blockSize;
    private final Counter transactions;
    private final Counter overloaded;

    /// Counts in a registry.
    public ConsensusMetrics(MeterRegistry meters) {
        this.meters = meters;
        gauge("cometbft.consensus.height", height);
        gauge("cometbft.consensus.latest.block.height", height);
        gauge("cometbft.consensus.rounds", rounds);
        gauge("cometbft.consensus.missing.validators", missing);
        gauge("cometbft.consensus.byzantine.validators", byzantine);
        this.interval = Timer.builder("cometbft.consensus.block.interval")
                .publishPercentileHistogram().minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30)).register(meters);
        this.blockSize = DistributionSummary.builder("cometbft.consensus.block.size.bytes")
                .register(meters);
        this.transactions = meters.counter("cometbft.consensus.total.txs");
        this.overloaded = meters.counter("dchat.consensus.frames.dropped");
    }

    /// Shows a number that someone else keeps.
    void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(meters);
    }

    /// A state could not be kept.
    void checkpointFailed() {
        meters.counter("dchat.consensus.checkpoints.failed").increment();
    }

    /// Blocks were dropped from the disk.
    void pruned(long blocks) {
        meters.counter("dchat.chain.blocks.pruned").increment((double) blocks);
    }

    void decided(Decision decision, long nowMillis) {
        Block block = decision.block().getBlock();
        Commit commit = decision.block().getCommit();
        height.set(block.getHeader().getHeight());
        rounds.set(commit.getRound());
        missing.set(commit.getSignaturesList().stream()
                .filter(entry -> entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_ABSENT)
                .count());
        long before = lastDecidedMillis.getAndSet(nowMillis);
        if (before > 0) {
            interval.record(Duration.ofMillis(Math.max(0, nowMillis - before)));
        }
        blockSize.record(decision.block().getSerializedSize());
        transactions.increment(block.getData().getTxsCount());
    }

    void roundEntered(int round) {
        if (round > 0) {
            meters.counter("dchat.consensus.rounds.failed").increment();
        }
    }

    void equivocation() {
        byzantine.incrementAndGet();
    }

    void refused(RefusalReason reason) {
        meters.counter("dchat.consensus.refused", "reason", reason.name()).increment();
    }

    void transactionRefused(RejectionCode code) {
        meters.counter("dchat.mempool.refused", "code", code.name()).increment();
    }

    void overloaded() {
        overloaded.increment();
    }

    private void gauge(String name, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::get).register(meters);
    }
}
