package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import network.dchat.consensus.RoundMachine.Proposed;
import network.dchat.consensus.ValidatorMachine.Memory;
import network.dchat.ledger.ValidatorSet;
import network.dchat.simulation.Seed;
import network.dchat.simulation.SimulationSettings;
import network.dchat.wire.v1.BlockId;
import org.junit.jupiter.api.Test;

/// Negative controls: consensus that is broken on purpose, or too many liars, must be caught.
class BrokenConsensusTest {
    private static final int SEEDS = 60;
    private static final Timeouts TIMEOUTS = Timeouts.local();
    private static final ConsensusLimits LIMITS = ConsensusLimits.defaults().withoutEvidence();
    private static final HeightParts SOUND = HeightParts.standard(TIMEOUTS, LIMITS);

    @Test
    void twoOfFourLiarsFork() {
        assertThat(firstFailure(SOUND, Set.of("v1", "v2"), Memory.WHOLE)).contains("agreement");
    }

    @Test
    void aHalfInsteadOfTwoThirdsForks() {
        HeightParts parts = quorum(set -> new Quorum() {
            @Override
            public boolean isReachedBy(long power) {
                return 2 * power >= set.totalPower();
            }

            @Override
            public boolean holdsOneHonest(long power) {
                return set.isOneThird(power);
            }
        });
        assertThat(firstFailure(parts, Set.of("v1"), Memory.WHOLE)).containsAnyOf("agreement",
                "certificate");
    }

    @Test
    void allInsteadOfTwoThirdsNeverDecideWithOneLiar() {
        HeightParts parts = quorum(set -> new Quorum() {
            @Override
            public boolean isReachedBy(long power) {
                return power == set.totalPower();
            }

            @Override
            public boolean holdsOneHonest(long power) {
                return set.isOneThird(power);
            }
        });
        assertThat(firstFailure(parts, Set.of("v1"), Memory.WHOLE)).contains("goal missed");
    }

    @Test
    void forgottenLogAndGuardSignTwice() {
        assertThat(firstFailure(SOUND, Set.of(), Memory.BLOCKS_ONLY)).contains("two votes");
    }

    @Test
    void aStaleTimeoutVotesTwice() {
        HeightParts parts = rounds(() -> new RoundMachine<>() {
            @Override
            boolean isCurrent(Step elapsed, int ofRound) {
                return ofRound <= round();
            }
        });
        assertThat(firstFailure(parts, Set.of(), Memory.WHOLE)).isNotEmpty();
    }

    @Test
    void soundLocksWithstandTheAttackOnThem() {
        assertThat(LockAttack.run(SOUND)).isEmpty();
    }

    @Test
    void aLockThatIsIgnoredForks() {
        HeightParts parts = rounds(() -> new RoundMachine<>() {
            @Override
            boolean lockAllows(Proposed<BlockId> proposed) {
                return true;
            }
        });
        assertThat(LockAttack.run(parts)).contains("agreement");
    }

    @Test
    void aPolkaForNilThatUnlocksForks() {
        HeightParts parts = rounds(() -> new RoundMachine<>() {
            @Override
            void onPolkaForNil() {
                unlock();
            }
        });
        assertThat(LockAttack.run(parts)).contains("agreement");
    }

    private static HeightParts quorum(Function<ValidatorSet, Quorum> quorum) {
        return new HeightParts(TIMEOUTS, LIMITS, quorum, SOUND.rounds());
    }

    private static HeightParts rounds(Supplier<RoundMachine<BlockId>> rounds) {
        return new HeightParts(TIMEOUTS, LIMITS, SOUND.quorum(), rounds);
    }

    /// What the first failing seed says; empty when none fails.
    private static String firstFailure(HeightParts parts, Set<String> liars, Memory memory) {
        for (int number = 1; number <= SEEDS; number++) {
            Seed seed = Seed.of(5_000 + number);
            Optional<String> failure = run(seed, parts, liars, memory);
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        return "";
    }

    private static Optional<String> run(Seed seed, HeightParts parts, Set<String> liars,
            Memory memory) {
        try {
            new Fleet(seed, SimulationSettings.swarm(seed.generator()), parts, liars, memory)
                    .weather(seed);
            return Optional.empty();
        } catch (RuntimeException | AssertionError failure) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
    }
}
