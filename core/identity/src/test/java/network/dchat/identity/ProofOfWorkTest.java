package network.dchat.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class ProofOfWorkTest {
    @Seeds(count = 20)
    void findsTheFirstNonceThatShowsTheWork(Generator generator) {
        PublicKey key = Samples.key(generator).publicKey();
        int bits = generator.between(0, 9);
        long nonce = ProofOfWork.solve(key, bits, 0);
        assertThat(ProofOfWork.verify(key, nonce, bits)).isTrue();
        for (long earlier = 0; earlier < nonce; earlier++) {
            assertThat(ProofOfWork.verify(key, earlier, bits)).isFalse();
        }
        int shown = ProofOfWork.bits(key, nonce);
        assertThat(ProofOfWork.verify(key, nonce, shown)).isTrue();
        assertThat(ProofOfWork.verify(key, nonce, shown + 1)).isFalse();
    }

    @Test
    void countsTheLeadingZeroBitsOfTheTaggedHash() {
        PublicKey key = Samples.key(1).publicKey();
        for (long nonce : new long[]{0, 1, 255, -1, Long.MIN_VALUE}) {
            ByteString number = ByteString.copyFrom(ByteBuffer.allocate(8).putLong(nonce).flip());
            Hash hash = TaggedHash.of("dchat/pow/1", key.bytes().concat(number));
            int zeros = 256 - new BigInteger(1, hash.bytes().toByteArray()).bitLength();
            assertThat(ProofOfWork.bits(key, nonce)).isEqualTo(zeros);
        }
    }

    @Test
    void takesZeroToThirtySixBits() {
        PublicKey key = Samples.key(1).publicKey();
        assertThat(ProofOfWork.solve(key, 0, 42)).isEqualTo(42);
        assertThat(ProofOfWork.verify(key, 0, 36)).isFalse();
        assertThatThrownBy(() -> ProofOfWork.verify(key, 0, 37))
                .hasMessage("proof of work bits: 37 (expected: 0 to 36)");
        assertThatThrownBy(() -> ProofOfWork.solve(key, -1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
