package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import network.dchat.identity.SigningKey;
import network.dchat.simulation.Seed;
import network.dchat.simulation.SimulationSettings;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalRecord;
import org.junit.jupiter.api.Test;

/// What a validator does when it comes back.
class RestartTest {
    private static final HeightParts PARTS = HeightParts.standard(Timeouts.local(),
            ConsensusLimits.defaults());
    private static final long NOW = TestChain.GENESIS_MILLIS + 1_000;

    @Test
    void maySafelyCrashBeforeEachOfItsActions() {
        for (int action = 1; action <= 100; action++) {
            Fleet fleet = new Fleet(Seed.of(action), SimulationSettings.defaults(), PARTS,
                    Set.of());
            fleet.load(10, 400);
            fleet.simulation().crashBeforeAction("v0", action, 30);
            fleet.simulation().runUntil("three heights for all", 20_000, () -> fleet.height() >= 3);
            fleet.requireNobodyMuted();
        }
    }

    @Test
    void asksForTheSameSignatureAgainAndNothingElse() {
        Bench bench = new Bench();
        List<Effect> first = bench.beginAlone();
        Effect.Sign asked = only(first, Effect.Sign.class);
        List<WalRecord> log = only(first, Effect.PersistWal.class).records();
        List<Effect> again = bench.restart(bench.guard(), log);
        assertThat(only(again, Effect.Sign.class)).isEqualTo(asked);
        assertThat(again).noneMatch(Effect.Broadcast.class::isInstance)
                .noneMatch(Effect.Muted.class::isInstance);
    }

    @Test
    void staysSilentWhenItsLogIsCutUntilTheHeightIsDecided() {
        Bench bench = new Bench();
        Effect.Sign asked = only(bench.beginAlone(), Effect.Sign.class);
        SignGuard guard = bench.sign(asked);
        List<Effect> restarted = bench.restart(guard, List.of());
        assertThat(only(restarted, Effect.Muted.class).throughHeight()).isEqualTo(1);
        assertThat(bench.idle()).noneMatch(Effect.Sign.class::isInstance);
        assertThat(bench.consensus().status().mute()).isTrue();
    }

    @Test
    void refusesTheGuardOfAnotherKey() {
        Bench bench = new Bench();
        SigningKey other = TestChain.key("someone else");
        SignGuard foreign = SignGuard.fresh(bench.chain().begin().chainId(), other.publicKey());
        assertThatThrownBy(() -> bench.restart(foreign, List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("sign guard");
    }

    @Test
    void goesMuteForAHeightWhenTheGuardRefuses() {
        Bench bench = new Bench();
        Effect.Sign asked = only(bench.beginAlone(), Effect.Sign.class);
        List<Effect> effects = bench.consensus()
                .apply(new Input.SignRefused(asked.id(), "signed before", NOW));
        assertThat(only(effects, Effect.Muted.class).throughHeight()).isEqualTo(1);
        assertThat(bench.consensus().status().mute()).isTrue();
    }

    @Test
    void aloneItDecidesByItself() {
        Bench bench = new Bench();
        List<Effect> effects = bench.answerAll(bench.beginAlone());
        Effect.StoreBlock stored = only(effects, Effect.StoreBlock.class);
        assertThat(stored.block().getBlock().getHeader().getHeight()).isEqualTo(1);
        List<Effect> decided = bench.consensus().apply(new Input.Stored(1, NOW));
        assertThat(only(decided, Effect.Decided.class).decision().chain().height()).isEqualTo(1);
        assertThat(bench.broadcastVotes()).extracting(Vote::getHeight).containsOnly(1L);
    }

    private static <T extends Effect> T only(List<Effect> effects, Class<T> type) {
        List<T> found = effects.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as(type.getSimpleName()).hasSize(1);
        return found.getFirst();
    }
}
