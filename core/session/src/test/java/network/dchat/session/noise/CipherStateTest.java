package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CipherStateTest {
    private static final ByteString TEXT = ByteString.copyFromUtf8("text");
    private static final ByteString NOTHING = ByteString.EMPTY;

    @ParameterizedTest
    @EnumSource
    void usesTheLastNonceAndNoFurther(NoiseCipher cipher) throws NoiseException {
        CipherState sender = new CipherState(cipher, KeyPairs.number(1).privateKey());
        CipherState receiver = new CipherState(cipher, KeyPairs.number(1).privateKey());
        sender.setNonce(-2);
        receiver.setNonce(-2);
        ByteString last = sender.encrypt(NOTHING, TEXT);
        assertThat(receiver.decrypt(NOTHING, last)).isEqualTo(TEXT);
        assertThatThrownBy(() -> sender.encrypt(NOTHING, TEXT))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> receiver.decrypt(NOTHING, last))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAfterAForgedMessage(NoiseCipher cipher) throws NoiseException {
        CipherState sender = new CipherState(cipher, KeyPairs.number(1).privateKey());
        CipherState receiver = new CipherState(cipher, KeyPairs.number(1).privateKey());
        ByteString good = sender.encrypt(TEXT, TEXT);
        assertThatThrownBy(() -> receiver.decrypt(NOTHING, good))
                .isInstanceOf(NoiseException.class);
        assertThatThrownBy(() -> receiver.decrypt(NOTHING, good.substring(0, 15)))
                .isInstanceOf(NoiseException.class);
        assertThat(receiver.nonce()).isZero();
        assertThat(receiver.decrypt(TEXT, good)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource
    void rekeyingOnBothSidesGoesOnWithANewKey(NoiseCipher cipher) throws NoiseException {
        CipherState sender = new CipherState(cipher, KeyPairs.number(1).privateKey());
        CipherState receiver = new CipherState(cipher, KeyPairs.number(1).privateKey());
        sender.rekey();
        ByteString ciphertext = sender.encrypt(NOTHING, TEXT);
        assertThatThrownBy(() -> receiver.decrypt(NOTHING, ciphertext))
                .isInstanceOf(NoiseException.class);
    }

    @ParameterizedTest
    @EnumSource
    void rekeysToTheFirstHalfOfTheEncryptedZeros(NoiseCipher cipher) throws NoiseException {
        CipherState sender = new CipherState(cipher, KeyPairs.number(1).privateKey());
        CipherState receiver = new CipherState(cipher, KeyPairs.number(2).privateKey());
        receiver.initializeKey(Secret.of(ByteString.copyFrom(
                cipher.seal(KeyPairs.number(1).privateKey(), -1L, new byte[0], new byte[32]))
                .substring(0, 32)));
        sender.rekey();
        assertThat(receiver.decrypt(NOTHING, sender.encrypt(NOTHING, TEXT))).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource
    void messagesHoldUpTo65535Bytes(NoiseCipher cipher) throws NoiseException {
        CipherState sender = new CipherState(cipher, KeyPairs.number(1).privateKey());
        CipherState receiver = new CipherState(cipher, KeyPairs.number(1).privateKey());
        ByteString largest = ByteString.copyFrom(new byte[65_535 - 16]);
        assertThat(receiver.decrypt(NOTHING, sender.encrypt(NOTHING, largest))).isEqualTo(largest);
        ByteString tooLarge = largest.concat(ByteString.copyFrom(new byte[1]));
        assertThatThrownBy(() -> sender.encrypt(NOTHING, tooLarge))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> receiver.decrypt(NOTHING, ByteString.copyFrom(new byte[65_536])))
                .isInstanceOf(NoiseException.class);
    }
}
