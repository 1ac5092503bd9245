package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutatorTest {
    /// Field 1 = 150; field 2 = a message whose field 1 is the text "inner".
    private static final byte[] MESSAGE = {8, (byte) 150, 1, 18, 7, 10, 5, 'i', 'n', 'n', 'e', 'r'};

    @Test
    void bendsTheSameWayForTheSameSeed() {
        for (int seed = 1; seed <= 50; seed++) {
            assertThat(bent(seed, MESSAGE)).isEqualTo(bent(seed, MESSAGE));
        }
    }

    @Test
    void bendsInManyWaysAndBounds() {
        List<byte[]> all = new ArrayList<>();
        for (int seed = 1; seed <= 500; seed++) {
            all.add(bent(seed, MESSAGE));
        }
        assertThat(all.stream().map(Arrays::toString).distinct().count()).isGreaterThan(300);
        assertThat(all).anyMatch(bytes -> bytes.length < MESSAGE.length)
                .anyMatch(bytes -> bytes.length > 600)
                .allMatch(bytes -> bytes.length <= 4 * 1024 * 1024);
    }

    @Test
    void takesAnyBytes() {
        Generator random = Seed.of(7).generator();
        Mutator mutator = new Mutator(random);
        for (int count = 0; count < 20_000; count++) {
            byte[] bytes = random.bytes(0, 40);
            assertThat(mutator.mutate(bytes, List.of(MESSAGE, new byte[0]))).isNotNull();
        }
    }

    private static byte[] bent(int seed, byte[] bytes) {
        return new Mutator(Seed.of(seed).generator()).mutate(bytes, List.of(MESSAGE));
    }
}
