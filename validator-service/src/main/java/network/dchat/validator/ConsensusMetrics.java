package network.dchat.validator;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import network.dchat.consensus.Decision;
import network.dchat.consensus.RefusalReason;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ValidatorProto;

/// What consensus counts, under CometBFT's names where it has one. Without its labels by address:
/// each node tells of its own validator only.
public final class ConsensusMetrics {
    private final MeterRegistry meters;
    private final ByteString own;
    private final Map<String, AtomicLong> levels = new LinkedHashMap<>();
    private final AtomicLong lastDecidedMillis = new AtomicLong();
    private final Timer interval;
    private final DistributionSummary blockSize;
    private final Counter transactions;
    private final Counter missedBlocks;
    private final Counter overloaded;

    /// Counts in a registry.
    ///
    /// @param own address of the own consensus key
    public ConsensusMetrics(MeterRegistry meters, ByteString own) {
        this.meters = meters;
        this.own = own;
        for (String name : new String[]{"height", "latest.block.height", "rounds", "num.txs",
                "missing.validators", "missing.validators.power", "byzantine.validators",
                "byzantine.validators.power", "validator.power", "validator.last.signed.height"}) {
            AtomicLong level = new AtomicLong();
            levels.put(name, level);
            Gauge.builder("cometbft.consensus." + name, level, AtomicLong::get).register(meters);
        }
        this.interval = Timer.builder("cometbft.consensus.block.interval")
                .publishPercentileHistogram().minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30)).register(meters);
        this.blockSize = DistributionSummary.builder("cometbft.consensus.block.size.bytes")
                .register(meters);
        this.transactions = meters.counter("cometbft.consensus.total.txs");
        this.missedBlocks = meters.counter("cometbft.consensus.validator.missed.blocks");
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

    /// The votes of a height could not be kept.
    void votesNotKept() {
        meters.counter("dchat.consensus.votes.not.kept").increment();
    }

    /// Blocks were dropped from the disk.
    void pruned(long blocks) {
        meters.counter("dchat.chain.blocks.pruned").increment((double) blocks);
    }

    void decided(Decision decision, long nowMillis) {
        Block block = decision.block().getBlock();
        set("height", block.getHeader().getHeight());
        set("latest.block.height", block.getHeader().getHeight());
        set("rounds", decision.block().getCommit().getRound());
        set("num.txs", block.getData().getTxsCount());
        signatures(decision.block());
        accused(block);
        long before = lastDecidedMillis.getAndSet(nowMillis);
        if (before > 0) {
            interval.record(Duration.ofMillis(Math.max(0, nowMillis - before)));
        }
        blockSize.record(decision.block().getSerializedSize());
        transactions.increment(block.getData().getTxsCount());
    }

    /// Who did not sign, and whether the own key did. Entries stand in the order of the set.
    private void signatures(CommittedBlock decided) {
        Commit commit = decided.getCommit();
        long missing = 0;
        long missingPower = 0;
        long ownPower = 0;
        for (int index = 0; index < decided.getValidators().getValidatorsCount(); index++) {
            ValidatorProto validator = decided.getValidators().getValidators(index);
            CommitSig entry = index < commit.getSignaturesCount()
                    ? commit.getSignatures(index)
                    : CommitSig.getDefaultInstance();
            boolean isOwn = validator.getAddress().equals(own);
            ownPower += isOwn ? validator.getVotingPower() : 0;
            boolean absent = entry.getBlockIdFlag() != BlockIdFlag.BLOCK_ID_FLAG_COMMIT
                    && entry.getBlockIdFlag() != BlockIdFlag.BLOCK_ID_FLAG_NIL;
            if (absent) {
                missing++;
                missingPower += validator.getVotingPower();
            }
            if (isOwn && absent) {
                missedBlocks.increment();
            } else if (isOwn) {
                set("validator.last.signed.height", commit.getHeight());
            }
        }
        set("missing.validators", missing);
        set("missing.validators.power", missingPower);
        set("validator.power", ownPower);
    }

    /// Whom the block's evidence accuses.
    private void accused(Block block) {
        long power = 0;
        for (Evidence evidence : block.getEvidence().getEvidenceList()) {
            DuplicateVoteEvidence votes = evidence.getDuplicateVoteEvidence();
            power += votes.getValidatorPower();
            meters.counter("dchat.consensus.evidence.committed").increment();
        }
        set("byzantine.validators", block.getEvidence().getEvidenceCount());
        set("byzantine.validators.power", power);
    }

    private void set(String name, long value) {
        AtomicLong level = levels.get(name);
        if (level == null) {
            throw new IllegalStateException("level: " + name + " (expected: a known one)");
        }
        level.set(value);
    }

    void roundEntered(int round) {
        if (round > 0) {
            meters.counter("dchat.consensus.rounds.failed").increment();
        }
    }

    void equivocation() {
        meters.counter("dchat.consensus.equivocations").increment();
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
}
