package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.mesh.HistoryPacker.Effect;
import network.dchat.mesh.HistoryPacker.Input;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class HistoryPackerTest {
    private final HistoryPacker packer = new HistoryPacker(PackerLimits.defaults());

    @Test
    void packsWhatWaitedThirtySeconds() {
        assertThat(add(1, 100, 1_000)).containsExactly(new Effect.SetTimer(1, 30_000));
        assertThat(add(2, 100, 5_000)).isEmpty();

        List<Effect> effects = packer.apply(new Input.TimerElapsed(1, 31_000));

        assertThat(packed(effects)).containsExactly(List.of(1L, 2L));
    }

    @Test
    void aTimerThatElapsedTooEarlyIsSetAgain() {
        add(1, 100, 1_000);
        assertThat(packer.apply(new Input.TimerElapsed(1, 30_999)))
                .containsExactly(new Effect.SetTimer(2, 1));
        assertThat(packed(packer.apply(new Input.TimerElapsed(2, 31_000))))
                .containsExactly(List.of(1L));
    }

    @Test
    void theTimerOfAPackThatIsGoneDoesNothing() {
        add(1, 100, 0);
        packer.apply(new Input.Flush());
        add(2, 100, 29_999);

        assertThat(packer.apply(new Input.TimerElapsed(1, 30_000))).isEmpty();
        assertThat(packed(packer.apply(new Input.TimerElapsed(2, 59_999))))
                .containsExactly(List.of(2L));
    }

    @Test
    void aFullPackLeavesAtOnce() {
        add(1, 40_000, 0);
        List<Effect> effects = add(2, 40_000, 1);

        assertThat(packed(effects)).containsExactly(List.of(1L));
        assertThat(packed(packer.apply(new Input.Flush()))).containsExactly(List.of(2L));
        assertThat(packer.apply(new Input.Flush())).isEmpty();
    }

    @Test
    void aRecordAtTheLimitIsAPackOfItsOwnAndOneAboveIsRefused() {
        assertThat(packed(add(1, 128 * 1024, 0))).containsExactly(List.of(1L));
        assertThat(add(2, 128 * 1024 + 1, 0)).containsExactly(
                new Effect.Refused(2, "record: 131073 bytes (expected: 1 to 131072)"));
        assertThat(add(3, 0, 0))
                .containsExactly(new Effect.Refused(3, "record: 0 bytes (expected: 1 to 131072)"));
    }

    @Test
    void aPackHoldsAtMostSoManyRecords() {
        HistoryPacker small = new HistoryPacker(new PackerLimits(1024, 100, 2, 1_000));
        small.apply(new Input.Add(1, Keys.bytes(1, 1), 0));
        assertThat(packed(small.apply(new Input.Add(2, Keys.bytes(1, 1), 0))))
                .containsExactly(List.of(1L, 2L));
    }

    @Seeds(count = 50)
    void losesAndReordersNothing(Generator random) {
        List<ByteString> added = new ArrayList<>();
        List<ByteString> unpacked = new ArrayList<>();
        HistoryPacker any = new HistoryPacker(PackerLimits.defaults().withDelayMillis(1_000));
        for (int record = 0; record < 200; record++) {
            ByteString sealed = ByteString.copyFrom(random.bytes(1, 5_000));
            added.add(sealed);
            unpack(any.apply(new Input.Add(record, sealed, record)), unpacked);
        }
        unpack(any.apply(new Input.Flush()), unpacked);

        assertThat(unpacked).isEqualTo(added);
        assertThat(HistoryPacker.unpack(ByteString.copyFromUtf8("\377")).refusal()).isPresent();
    }

    private List<Effect> add(long record, int size, long now) {
        return packer.apply(new Input.Add(record, Keys.bytes(size, (int) record), now));
    }

    private static void unpack(List<Effect> effects, List<ByteString> unpacked) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Pack(List<Long> _, ByteString pack)) {
                assertThat(pack.size()).isLessThanOrEqualTo(64 * 1024);
                unpacked.addAll(HistoryPacker.unpack(pack).orElseThrow());
            }
        }
    }

    private static List<List<Long>> packed(List<Effect> effects) {
        return effects.stream().filter(Effect.Pack.class::isInstance).map(Effect.Pack.class::cast)
                .map(Effect.Pack::records).toList();
    }
}
