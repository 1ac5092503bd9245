package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Set;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class SequenceWindowTest {
    @Seeds(count = 200)
    void behavesLikeASetOfAllThatWereUsed(Generator generator) {
        Set<Long> used = new HashSet<>();
        SequenceWindow window = SequenceWindow.EMPTY;
        long highest = 0;
        for (int step = 0; step < 200; step++) {
            long sequence = Math.max(0, highest + generator.evenly(-1100, 70));
            boolean expected = sequence >= 1 && sequence > highest - 1024
                    && !used.contains(sequence);
            assertThat(window.isUsable(sequence)).as("%d near %d", sequence, highest)
                    .isEqualTo(expected);
            if (expected) {
                window = window.use(sequence);
                used.add(sequence);
                highest = Math.max(highest, sequence);
            }
            assertThat(window.highest()).isEqualTo(highest);
            assertThat(SequenceWindow.parse(highest, window.toBytes())).hasValue(window);
        }
    }

    @Test
    void reaches1023Back() {
        SequenceWindow window = SequenceWindow.EMPTY.use(2000);
        assertThat(window.isUsable(2000 - 1023)).isTrue();
        assertThat(window.isUsable(2000 - 1024)).isFalse();
        assertThat(window.use(2000 - 1023).toBytes().size()).isEqualTo(128);
        assertThatThrownBy(() -> window.use(2000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forgetsEverythingWhenTheHighestLeaps() {
        SequenceWindow window = SequenceWindow.EMPTY.use(1).use(Long.MAX_VALUE);
        assertThat(window.isUsable(2)).isFalse();
        assertThat(window.isUsable(Long.MAX_VALUE)).isFalse();
        assertThat(window.isUsable(Long.MAX_VALUE - 1)).isTrue();
    }

    @Test
    void hasOneEncoding() {
        assertThat(SequenceWindow.parse(0, ByteString.EMPTY)).hasValue(SequenceWindow.EMPTY);
        assertThat(SequenceWindow.parse(5, ByteString.EMPTY)).isEmpty();
        assertThat(SequenceWindow.parse(5, ByteString.copyFrom(new byte[]{2}))).isEmpty();
        assertThat(SequenceWindow.parse(5, ByteString.copyFrom(new byte[]{1, 0}))).isEmpty();
        assertThat(SequenceWindow.parse(0, ByteString.copyFrom(new byte[]{1}))).isEmpty();
        assertThat(SequenceWindow.parse(-1, ByteString.copyFrom(new byte[]{1}))).isEmpty();
        byte[] long129 = new byte[129];
        long129[0] = 1;
        long129[128] = 1;
        assertThat(SequenceWindow.parse(9999, ByteString.copyFrom(long129))).isEmpty();
    }
}
