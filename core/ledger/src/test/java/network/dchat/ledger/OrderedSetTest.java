package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.TreeSet;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class OrderedSetTest {
    @Seeds(count = 50)
    void holdsWhatATreeSetHolds(Generator generator) {
        OrderedSet<Integer> set = OrderedSet.empty();
        TreeSet<Integer> model = new TreeSet<>();
        for (int step = 0; step < 400; step++) {
            int value = generator.evenly(0, 60);
            OrderedSet<Integer> before = set;
            Optional<Integer> first = before.first();
            if (generator.chance(0.6)) {
                set = set.with(value);
                model.add(value);
            } else {
                set = set.without(value);
                model.remove(value);
            }
            assertThat(before.first()).isEqualTo(first);
            assertThat(set.first())
                    .isEqualTo(model.isEmpty() ? Optional.empty() : Optional.of(model.first()));
        }
        while (!model.isEmpty()) {
            assertThat(set.first()).hasValue(model.first());
            set = set.without(model.pollFirst());
        }
        assertThat(set.first()).isEmpty();
    }

    @Test
    void staysShallowHoweverItGrows() {
        OrderedSet<Integer> set = OrderedSet.empty();
        for (int value = 0; value < 100_000; value++) {
            set = set.with(value);
        }
        assertThat(set.depth()).isLessThan(25);
        for (int value = 0; value < 99_000; value++) {
            set = set.without(value);
        }
        assertThat(set.depth()).isLessThan(15);
        assertThat(set.first()).hasValue(99_000);
    }
}
