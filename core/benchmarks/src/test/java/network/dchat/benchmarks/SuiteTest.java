package network.dchat.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every benchmark runs, for a moment.
class SuiteTest {
    private static final Rounds SHORT = new Rounds(0, 2, 1);

    private static Set<String> names() {
        return Suite.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void measuresBothSides(String name) {
        Comparison comparison = Benchmarks.find(name).get();
        List<Rounds.Round> rounds = SHORT.measure(comparison);
        assertThat(rounds).hasSize(2).allSatisfy(round -> {
            assertThat(round.subject()).isPositive().isFinite();
            assertThat(round.baseline()).isPositive().isFinite();
        });
        assertThat(Result.of(name, comparison, rounds).row()).startsWith("| " + name + " | ")
                .contains(comparison.unit() + "/s").doesNotContain("NaN");
    }

    /// Where both sides do the same, they must come to the same.
    @ParameterizedTest
    @ValueSource(strings = {"erasure.encode", "erasure.decode", "identity.verify", "identity.sign",
            "dht.closest", "gossip.flood", "session.noise"})
    void comesToTheSameAsItsBaseline(String name) {
        Comparison comparison = Benchmarks.find(name).get();
        assertThat(comparison.subject().run()).isEqualTo(comparison.baseline().run()).isNotZero();
        assertThat(comparison.subject().run()).isEqualTo(comparison.baseline().run());
    }

    @Test
    void doesWhatIsCounted() {
        assertThat(Benchmarks.find("identity.verify").get().subject().run()).isEqualTo(64);
        assertThat(Benchmarks.find("gossip.flood").get().subject().run()).isEqualTo(1_000);
        assertThat(new ValidatorRing(4).decide(3)).isBetween(12L, 16L);
    }
}
