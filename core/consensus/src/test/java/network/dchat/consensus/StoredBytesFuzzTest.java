package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Mutator;
import network.dchat.simulation.Seed;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.WalRecord;
import org.junit.jupiter.api.Test;

/// A write-ahead log and fetched blocks that are bent: the log is refused, or leads to a validator
/// that signs nothing twice; a block that says something else is never stored. Longer by
/// `-Dfuzz.rounds=10000`; a failure names its seed.
class StoredBytesFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 60);
    private static final int LOGS = 8;
    private static final int MOST_STEPS = 200;
    private static final long NOW = TestChain.GENESIS_MILLIS + 20_000;

    private record Place(long height, int round, int step) {}

    @Test
    void aBentLogIsRefusedOrSignsNothingElse() {
        List<WalRecord> log = new ArrayList<>();
        Bench bench = new Bench();
        SignGuard guard = bench.guard();
        for (Effect effect : bench.answerAll(bench.beginAlone())) {
            switch (effect) {
                case Effect.PersistWal(var records) -> log.addAll(records);
                case Effect.Sign asked -> guard = bench.sign(asked);
                default -> {
                }
            }
        }
        assertThat(log).hasSizeGreaterThan(4);
        int refused = 0;
        int recovered = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            long seed = 80_000L + round;
            Generator random = Seed.of(seed).generator();
            for (int count = 0; count < LOGS; count++) {
                try {
                    if (isRecovered(bench, guard, bent(log, random))) {
                        recovered++;
                    } else {
                        refused++;
                    }
                } catch (RuntimeException | AssertionError broken) {
                    throw new AssertionError("fuzz seed " + seed, broken);
                }
            }
        }
        assertThat(recovered).isGreaterThan(ROUNDS);
        assertThat(refused + recovered).isEqualTo(ROUNDS * LOGS);
    }

    @Test
    void aBentBlockIsNeverStored() {
        SignedBlocks source = SignedBlocks.of(4, 4);
        int stored = 0;
        int refused = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            long seed = 81_000L + round;
            Generator random = Seed.of(seed).generator();
            try {
                for (int count = 0; count < LOGS / 2; count++) {
                    CatchUpRun run = new CatchUpRun(source)
                            .peer(asked -> asked.stream().map(each -> bent(each, random)).toList());
                    run.runFor(500);
                    stored += (int) run.height();
                    refused += run.refused().size();
                    requireSame(run, source);
                }
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("fuzz seed " + seed, broken);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
        assertThat(stored).isGreaterThan(ROUNDS / 10);
    }

    private static void requireSame(CatchUpRun run, SignedBlocks source) {
        for (CommittedBlock block : run.stored()) {
            int height = (int) block.getBlock().getHeader().getHeight();
            assertThat(Blocks.encode(block.getBlock()))
                    .isEqualTo(Blocks.encode(source.blocks().get(height - 1).getBlock()));
        }
    }

    /// Whether it was recovered; then it goes on for a while, and whatever the guard lets it sign
    /// is one signature a place.
    private static boolean isRecovered(Bench bench, SignGuard guard, List<WalRecord> log) {
        Consensus consensus;
        try {
            consensus = Consensus.recover(
                    new ConsensusSettings(Optional.of(bench.chain().consensusKey(0).publicKey()),
                            Timeouts.local(), ConsensusLimits.defaults()),
                    bench.chain().begin(), guard, log);
        } catch (IllegalArgumentException | IllegalStateException _) {
            return false;
        }
        SigningKey key = bench.chain().consensusKey(0);
        SignGuard kept = guard;
        Map<Place, Signature> signed = new HashMap<>();
        Deque<Input> inputs = new ArrayDeque<>(
                List.of(new Input.Started(NOW), new Input.TimerElapsed(new TimerId.Idle(1), NOW)));
        for (int step = 0; step < MOST_STEPS && !inputs.isEmpty(); step++) {
            for (Effect effect : consensus.apply(inputs.remove())) {
                if (effect instanceof Effect.Sign(long id, var request)) {
                    switch (kept.check(request)) {
                        case SignGuard.Verdict.Fresh() -> {
                            Signature signature = key.sign(request.signBytes());
                            kept = kept.signed(request, signature);
                            Place place = new Place(request.height(), request.round(),
                                    request.step().number());
                            assertThat(signed.put(place, signature)).as("second signature")
                                    .isNull();
                            inputs.add(new Input.Signed(id, signature, NOW));
                        }
                        case SignGuard.Verdict.Repeated(var signature) ->
                            inputs.add(new Input.Signed(id, signature, NOW));
                        case SignGuard.Verdict.Refused(var reason) ->
                            inputs.add(new Input.SignRefused(id, reason, NOW));
                    }
                }
            }
        }
        return true;
    }

    private static List<WalRecord> bent(List<WalRecord> log, Generator random) {
        Mutator mutator = new Mutator(random);
        List<byte[]> encoded = log.stream().map(WalRecord::toByteArray).toList();
        List<WalRecord> bent = new ArrayList<>();
        for (byte[] record : encoded) {
            try {
                switch (random.evenly(0, 9)) {
                    case 0 -> {
                    }
                    case 1 -> bent.add(random.evenly(0, bent.size()),
                            WalRecord.parseFrom(random.pick(encoded)));
                    case 2, 3 -> bent.add(WalRecord.parseFrom(mutator.mutate(record, encoded)));
                    default -> bent.add(WalRecord.parseFrom(record));
                }
            } catch (InvalidProtocolBufferException _) {
                bent.add(WalRecord.getDefaultInstance());
            }
        }
        return bent;
    }

    private static CommittedBlock bent(CommittedBlock block, Generator random) {
        if (random.chance(0.5)) {
            return block;
        }
        try {
            return CommittedBlock
                    .parseFrom(new Mutator(random).mutate(block.toByteArray(), List.of()));
        } catch (InvalidProtocolBufferException _) {
            return block;
        }
    }
}
