package network.dchat.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The numbers that come out of the harness.
class HarnessTest {
    @Test
    void findsTheMedianAndItsError() {
        assertThat(new Samples(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
        assertThat(new Samples(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
        assertThat(new Samples(List.of(5.0)).error()).isZero();
        assertThat(new Samples(List.of(1.0, 2.0, 3.0)).error()).isEqualTo(1);
        assertThat(new Samples(Collections.nCopies(30, 7.0)).error()).isZero();
        List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(Double::valueOf).toList();
        assertThat(new Samples(hundred).error()).isEqualTo(10, within(1.0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(List.of()));
    }

    @Test
    void measuresBothSidesByTurnsAndForgetsTheWarmUp() {
        AtomicLong clock = new AtomicLong();
        StringBuilder order = new StringBuilder();
        Comparison comparison = new Comparison("turns", 1, () -> {
            order.append('s');
            return clock.addAndGet(500_000);
        }, () -> {
            order.append('b');
            return clock.addAndGet(order.length() < 5 ? 9_000_000 : 2_000_000);
        }, "something slower");

        List<Rounds.Round> rounds = new Rounds(1, 2, 1).measure(comparison, clock::get);

        assertThat(order).hasToString("ssbssbssb");
        assertThat(rounds).containsExactly(new Rounds.Round(2_000, 500),
                new Rounds.Round(2_000, 500));
    }

    @Test
    void countsUnitsAndNotBatches() {
        Comparison comparison = new Comparison("things", 10, () -> 1, () -> 1, "nothing");
        Result result = Result.of("count", comparison,
                List.of(new Rounds.Round(30, 10), new Rounds.Round(30, 10)));
        assertThat(result.row()).isEqualTo("| count | 300 things/s | 3.00 ± 0.0 | nothing |");
    }

    @Test
    void readsWhatAForkPrints() {
        assertThat(Fork.read("a warning\nround 1.5 3.0\nround 2.5E7 1.0\n"))
                .containsExactly(new Rounds.Round(1.5, 3), new Rounds.Round(2.5e7, 1));
    }

    @Test
    void measuresInAJvmOfItsOwn() {
        assertThat(Fork.measure("ledger.merkle", new Rounds(0, 3, 1))).hasSize(3);
    }

    @Test
    void takesItsArguments() {
        Benchmarks.Options options = Benchmarks.Options.parse("--forks", "1", "erasure", "--rounds",
                "2", "ledger.merkle");
        assertThat(options.forks()).isEqualTo(1);
        assertThat(options.rounds()).isEqualTo(new Rounds(5, 2, 300));
        assertThat(options.names()).containsExactly("erasure.decode", "erasure.encode",
                "ledger.merkle");
        assertThat(Benchmarks.Options.parse().names()).isEqualTo(List.copyOf(Suite.all().keySet()));
        for (String wrong : List.of("--forks", "unknown", "eras")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Benchmarks.Options.parse(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Benchmarks.Options.parse("--rounds", "0"));
    }
}
