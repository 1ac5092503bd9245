package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import network.dchat.consensus.ProposerRotation.Turn;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.ValidatorAddress;
import org.junit.jupiter.api.Test;

class ProposerRotationTest {
    private static final List<String> NAMES = List.of("foo", "bar", "baz");

    @Test
    void takesTurnsAsCometBftDoes() {
        ProposerRotation rotation = rotation(1_000, 300, 330).advance(1);
        List<String> turns = new ArrayList<>();
        for (int turn = 0; turn < 38; turn++) {
            turns.add(NAMES.get(rotation.proposer()));
            rotation = rotation.advance(1);
        }
        assertThat(String.join(" ", turns))
                .isEqualTo("foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo"
                        + " foo bar foo foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar"
                        + " foo baz");
    }

    @Test
    void givesTheTurnToTheLowerAddressAmongEquals() {
        assertThat(NAMES.get(rotation(1, 1, 1).advance(1).proposer())).isEqualTo("bar");
        assertThat(NAMES.get(rotation(1, 1, 1).advance(2).proposer())).isEqualTo("baz");
        assertThat(NAMES.get(rotation(1, 1, 1).advance(3).proposer())).isEqualTo("foo");
    }

    @Test
    void takesManyTurnsAtOnceAsOneByOne() {
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 0; run < 200; run++) {
            ProposerRotation start = rotation(random.longs(4, 1, 1_000).toArray());
            int count = random.nextInt(1, 50);
            ProposerRotation single = start;
            for (int turn = 0; turn < count; turn++) {
                single = single.advance(1);
            }
            assertThat(start.advance(count).turns()).isEqualTo(single.turns());
            assertThat(start.advance(count).proposer()).isEqualTo(single.proposer());
        }
    }

    @Test
    void givesEachTurnsByItsPower() {
        long[] powers = {5, 3, 2, 1};
        ProposerRotation rotation = rotation(powers);
        Map<Integer, Long> counts = new HashMap<>();
        for (int turn = 0; turn < 11 * 9; turn++) {
            rotation = rotation.advance(1);
            counts.merge(rotation.proposer(), 1L, Long::sum);
        }
        assertThat(counts).isEqualTo(Map.of(0, 45L, 1, 27L, 2, 18L, 3, 9L));
    }

    @Test
    void staysExactWithTheLargestPowers() {
        long half = LedgerLimits.MAXIMUM_TOTAL_POWER / 2;
        ProposerRotation rotation = rotation(half, half);
        for (int turn = 0; turn < 1_000; turn++) {
            ProposerRotation next = rotation.advance(1);
            assertThat(next.turns()).allMatch(each -> Math.abs(each.priority()) <= 2 * half);
            rotation = next;
        }
        assertThatThrownBy(() -> rotation(half, half, 2))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("total power");
    }

    private static ProposerRotation rotation(long... powers) {
        List<Turn> turns = new ArrayList<>();
        for (int index = 0; index < powers.length; index++) {
            String name = index < NAMES.size() ? NAMES.get(index) : "qux" + index;
            byte[] address = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8),
                    ValidatorAddress.LENGTH);
            turns.add(
                    new Turn(new ValidatorAddress(ByteString.copyFrom(address)), powers[index], 0));
        }
        return ProposerRotation.of(turns, 0);
    }
}
