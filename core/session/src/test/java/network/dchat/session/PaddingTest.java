package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PaddingTest {
    @Test
    void bucketsHoldUpToTheirSize() {
        assertThat(Padding.bucket(0)).isEqualTo(OptionalInt.of(256));
        assertThat(Padding.bucket(256)).isEqualTo(OptionalInt.of(256));
        assertThat(Padding.bucket(257)).isEqualTo(OptionalInt.of(1_024));
        assertThat(Padding.bucket(65_536)).isEqualTo(OptionalInt.of(65_536));
        assertThat(Padding.bucket(65_537)).isEmpty();
    }

    @Test
    void comesOffAsItWentOn() {
        for (int length = 0; length < 64; length++) {
            for (byte filling : new byte[]{0, 1, (byte) 0x80}) {
                byte[] content = new byte[length];
                java.util.Arrays.fill(content, filling);
                ByteString bytes = ByteString.copyFrom(content);
                assertThat(Padding.unpad(Padding.pad(bytes, 64))).contains(bytes);
            }
        }
        assertThatThrownBy(() -> Padding.pad(ByteString.copyFrom(new byte[64]), 64))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutItsMarkThereIsNone() {
        assertThat(Padding.unpad(new byte[0])).isEmpty();
        assertThat(Padding.unpad(new byte[16])).isEmpty();
        assertThat(Padding.unpad(new byte[]{1, 2, 0})).isEmpty();
    }
}
