package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    private static final List<String> ITEMS = List.of("a", "b", "c", "d");

    @Seeds(count = 100)
    void staysWithinItsBounds(Generator draws) {
        assertThat(draws.between(-5, 5)).isBetween(-5, 5);
        assertThat(draws.evenly(3L, 4L)).isBetween(3L, 4L);
        assertThat(draws.evenly(7, 7)).isEqualTo(7);
        assertThat(draws.evenly(Long.MAX_VALUE - 1, Long.MAX_VALUE))
                .isGreaterThanOrEqualTo(Long.MAX_VALUE - 1);
        assertThat(draws.bytes(2, 9).length).isBetween(2, 9);
        assertThat(draws.letters(2, 9)).matches("[a-z]{2,9}");
        assertThat(draws.list(0, 3, Generator::anyLong)).hasSizeBetween(0, 3);
        assertThat(draws.duration(Duration.ZERO, Duration.ofMillis(3))).isBetween(Duration.ZERO,
                Duration.ofMillis(3));
        assertThat(draws.exponential(Duration.ofMillis(3))).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(draws.swarmRate(0.2)).isBetween(0.0, 0.2);
        assertThat(draws.pick(ITEMS)).isIn(ITEMS);
        assertThat(draws.shuffled(ITEMS)).containsExactlyInAnyOrderElementsOf(ITEMS);
        assertThat(draws.sample(ITEMS, 2)).hasSize(2).doesNotHaveDuplicates().isSubsetOf(ITEMS);
    }

    @Test
    void drawsTheEndsMoreOften() {
        Generator draws = Seed.of(1).generator();
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 10_000; i++) {
            counts.merge(draws.between(0, 99), 1, Integer::sum);
        }
        assertThat(counts).hasSize(100);
        assertThat(counts.get(0)).isBetween(900, 1300);
        assertThat(counts.get(99)).isBetween(900, 1300);
        assertThat(counts.get(50)).isBetween(40, 130);
    }

    @Test
    void sameSeedDrawsTheSameAndSplitsDoNotDisturb() {
        Generator one = Seed.of(1).generator();
        Generator other = Seed.of(1).generator();
        Generator split = one.split();
        other.split();
        split.bytes(100);
        assertThat(one.anyLong()).isEqualTo(other.anyLong());
        Set<Long> firsts = new HashSet<>();
        for (long seed = 1; seed <= 100; seed++) {
            firsts.add(Seed.of(seed).generator().evenly(Long.MIN_VALUE, Long.MAX_VALUE));
        }
        assertThat(firsts).hasSize(100);
    }

    @Test
    void refusesEmptyRanges() {
        Generator draws = Seed.of(1).generator();
        assertThatThrownBy(() -> draws.evenly(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> draws.sample(ITEMS, 5)).hasMessage("count: 5 (expected: 0 to 4)");
    }
}
