package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Negative controls: each deliberate fault of the core must be caught, and the core without one
/// must pass the same trials.
class MutantsTest {
    private static final int LEAST = 30;

    @ParameterizedTest
    @MethodSource("mutants")
    void isCaught(Mutant mutant) {
        String failure = MutantCore.trials(Optional.of(mutant)).apply(mutant.catches().name());
        assertThat(failure).as(mutant.toString()).isNotEmpty();
    }

    @Test
    void theCoreAsItIsPasses() {
        assertThat(mutants()).hasSizeGreaterThanOrEqualTo(LEAST);
        Function<String, String> trials = MutantCore.trials(Optional.empty());
        for (Trial trial : Trial.values()) {
            assertThat(trials.apply(trial.name())).as(trial.name()).isEmpty();
        }
    }

    static Stream<Mutant> mutants() {
        return Mutant.all();
    }
}
