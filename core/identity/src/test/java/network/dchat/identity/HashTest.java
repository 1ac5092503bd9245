package network.dchat.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class HashTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223"
            + "b00361a396177a9cb410ff61f20015ad";

    @Test
    void knowsThePublishedHashOfAbc() {
        assertThat(Sha256.of(ByteString.copyFromUtf8("abc")).hex()).isEqualTo(ABC);
        assertThat(Sha256.of("abc".getBytes(StandardCharsets.UTF_8))).isEqualTo(Hash.of(ABC));
    }

    @Test
    void joinsTheTagAndItsParts() {
        assertThat(TaggedHash.of("a", ByteString.copyFromUtf8("b"), ByteString.copyFromUtf8("c")))
                .isEqualTo(Hash.of(ABC));
    }

    @Seeds(count = 50)
    void hashesRopesAndSlicesLikeTheirBytes(Generator generator) throws NoSuchAlgorithmException {
        byte[] bytes = generator.bytes(1, 5_000);
        int cut = generator.evenly(0, bytes.length);
        ByteString rope = ByteString.copyFrom(bytes, 0, cut)
                .concat(ByteString.copyFrom(bytes).substring(cut));
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(Sha256.of(rope).bytes()).isEqualTo(ByteString.copyFrom(expected));
    }

    @Test
    void ordersHashesAsUnsignedNumbers() {
        Hash low = Hash.of("7f" + "ff".repeat(31));
        Hash high = Hash.of("80" + "00".repeat(31));
        assertThat(low).isLessThan(high);
        assertThat(Hash.ZERO).isLessThan(low);
    }

    @Test
    void takesExactlyThirtyTwoBytes() {
        for (int length : new int[]{0, 31, 33}) {
            ByteString bytes = ByteString.copyFrom(new byte[length]);
            assertThat(Hash.parse(bytes)).isEmpty();
            assertThat(NetworkId.parse(bytes)).isEmpty();
            assertThatThrownBy(() -> new Hash(bytes)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("hash: " + length + " bytes (expected: 32 bytes)");
        }
        assertThat(Hash.parse(ByteString.copyFrom(new byte[32]))).contains(Hash.ZERO);
        assertThatThrownBy(() -> Hash.of("zz")).hasMessage("hash: zz (expected: 64 hex digits)");
        assertThat(Hash.of(ABC).shortName()).isEqualTo("ba7816bf");
    }
}
