package network.dchat.ledger;

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
import network.dchat.identity.PublicKey;
import network.dchat.ledger.ProposerRotation.Turn;
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

    /// Worked out by hand by the rules of CometBFT v0.38's `updateWithChangeSet`: who joins starts
    /// at -1.125 times the power before any removal, then all are scaled, centred and take a turn.
    @Test
    void changesTheSetAsCometBftDoes() {
        Map<String, Long> powers = new HashMap<>(Map.of("foo", 1_000L, "baz", 330L, "bar", 300L));
        ProposerRotation rotation = ProposerRotation.begin(set(powers));
        assertThat(priorities(rotation)).isEqualTo(Map.of("foo", -630L, "baz", 330L, "bar", 300L));
        powers.put("qux", 500L);
        rotation = rotation.changeTo(set(powers));
        assertThat(priorities(rotation))
                .isEqualTo(Map.of("foo", 969L, "qux", -1_297L, "baz", -871L, "bar", 1_199L));
        assertThat(proposer(rotation)).isEqualTo("baz");
        powers.remove("foo");
        powers.put("bar", 40L);
        rotation = rotation.changeTo(set(powers));
        assertThat(priorities(rotation)).isEqualTo(Map.of("qux", 14L, "baz", 57L, "bar", -69L));
        assertThat(proposer(rotation)).isEqualTo("bar");
        rotation = rotation.changeTo(set(Map.of("bar", 40L, "zip", 3L)));
        assertThat(priorities(rotation)).isEqualTo(Map.of("bar", 39L, "zip", -38L));
    }

    @Test
    void whoLeavesAndJoinsAgainGainsNoTurn() {
        Map<String, Long> powers = new HashMap<>(Map.of("foo", 10L, "bar", 10L, "baz", 10L));
        ProposerRotation rotation = ProposerRotation.begin(set(powers));
        int turns = 0;
        for (int height = 0; height < 300; height++) {
            if (height % 3 == 0) {
                powers.remove("foo");
                rotation = rotation.changeTo(set(powers));
            } else if (height % 3 == 1) {
                powers.put("foo", 10L);
                rotation = rotation.changeTo(set(powers));
            } else {
                rotation = rotation.advance(1);
            }
            turns += proposer(rotation).equals("foo") ? 1 : 0;
        }
        assertThat(turns).isLessThan(100);
    }

    @Test
    void whatIsDescribedIsReadBack() {
        ValidatorSet set = set(Map.of("foo", 7L, "bar", 3L));
        ProposerRotation rotation = ProposerRotation.begin(set).advance(5);
        ProposerRotation read = ProposerRotation.parse(rotation.describe(set));
        assertThat(read.turns()).isEqualTo(rotation.turns());
        assertThat(read.proposer()).isEqualTo(rotation.proposer());
    }

    /// Keys whose addresses have the order of the names.
    private static final Map<String, PublicKey> KEYS = keys();

    private static Map<String, PublicKey> keys() {
        List<PublicKey> keys = new ArrayList<>();
        for (int index = 0; index < 5; index++) {
            keys.add(Samples.key("rotation" + index).publicKey());
        }
        keys.sort(java.util.Comparator.comparing(ValidatorAddress::of));
        return Map.of("bar", keys.get(0), "baz", keys.get(1), "foo", keys.get(2), "qux",
                keys.get(3), "zip", keys.get(4));
    }

    private static ValidatorSet set(Map<String, Long> powers) {
        return ValidatorSet.of(KEYS.entrySet().stream()
                .filter(each -> powers.containsKey(each.getKey()))
                .map(each -> new Validator(each.getValue(), powers.getOrDefault(each.getKey(), 0L)))
                .toList());
    }

    private static Map<String, Long> priorities(ProposerRotation rotation) {
        Map<String, Long> result = new HashMap<>();
        rotation.turns().forEach(turn -> result.put(name(turn), turn.priority()));
        return result;
    }

    private static String proposer(ProposerRotation rotation) {
        return name(rotation.turns().get(rotation.proposer()));
    }

    private static String name(Turn turn) {
        return KEYS.entrySet().stream()
                .filter(each -> ValidatorAddress.of(each.getValue()).equals(turn.address()))
                .findFirst().orElseThrow().getKey();
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
