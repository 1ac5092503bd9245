package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class KeyTrialTest {
    @Test
    void showsWhatTheRightKeyGivesAndNothingElse() {
        byte[] nonce = new byte[NoiseCipher.NONCE_LENGTH];
        byte[] plaintext = "forty bytes of a header, more or less..."
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Secret key = KeyPairs.number(1).privateKey();
        byte[] sealed = NoiseCipher.CHACHA_POLY.seal(key, nonce, new byte[0], plaintext);
        KeyTrial trial = new KeyTrial(ByteString.copyFrom(nonce), ByteString.copyFrom(sealed));
        assertThat(trial.peek(KeyPairs.number(2).privateKey())).isNotEqualTo(plaintext);
        assertThat(trial.peek(key)).isEqualTo(plaintext);
        assertThat(trial.peek(KeyPairs.number(3).privateKey())).isNotEqualTo(plaintext);
    }
}
