package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeStateTest {
    private static final ProtocolName XX = ProtocolName.of("Noise_XX_25519_ChaChaPoly_SHA256");
    private static final ProtocolName NN = ProtocolName.of("Noise_NN_25519_AESGCM_SHA512");
    private static final ProtocolName X = ProtocolName.of("Noise_X_25519_ChaChaPoly_SHA256");
    private static final ByteString HELLO = ByteString.copyFromUtf8("hello");

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Noise", "Noise_XX_25519_ChaChaPoly", "Noise_ZZ_25519_AESGCM_SHA256",
                    "Noise_XX_448_AESGCM_SHA256", "Noise_XX_25519_AESGCM_BLAKE2s",
                    "Noise_XXpsk4_25519_AESGCM_SHA256", "Noise_XXfallback_25519_AESGCM_SHA256",
                    "Noise_XXpsk0psk2_25519_AESGCM_SHA256", "noise_XX_25519_AESGCM_SHA256"})
    void knowsNoOtherProtocol(String name) {
        assertThat(ProtocolName.parse(name)).isEmpty();
    }

    @Test
    void takesSeveralPresharedKeys() throws NoiseException {
        ProtocolName protocol = ProtocolName.of("Noise_NNpsk0+psk2_25519_ChaChaPoly_SHA256");
        List<Secret> keys = List.of(KeyPairs.number(7).privateKey(),
                KeyPairs.number(8).privateKey());
        HandshakeState initiator = nn(protocol, Role.INITIATOR, keys);
        HandshakeState responder = nn(protocol, Role.RESPONDER, keys);
        responder.readMessage(initiator.writeMessage(HELLO));
        assertThat(initiator.readMessage(responder.writeMessage(HELLO))).isEqualTo(HELLO);
        HandshakeState other = nn(protocol, Role.RESPONDER, keys.reversed());
        ByteString first = nn(protocol, Role.INITIATOR, keys).writeMessage(HELLO);
        assertThatThrownBy(() -> other.readMessage(first)).isInstanceOf(NoiseException.class);
    }

    @Test
    void refusesEveryChangedBitOfAnEncryptedMessage() throws NoiseException {
        X25519KeyPair recipient = KeyPairs.number(1);
        ByteString message = x(recipient).writeMessage(HELLO);
        for (int bit = 0; bit < message.size() * Byte.SIZE; bit++) {
            byte[] changed = message.toByteArray();
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            HandshakeState reader = xReader(recipient);
            assertThatThrownBy(() -> reader.readMessage(ByteString.copyFrom(changed)))
                    .isInstanceOf(NoiseException.class);
            assertThatThrownBy(() -> reader.readMessage(message))
                    .isInstanceOf(IllegalStateException.class);
        }
        for (int length = 0; length < message.size(); length++) {
            ByteString cut = message.substring(0, length);
            HandshakeState reader = xReader(recipient);
            assertThatThrownBy(() -> reader.readMessage(cut)).isInstanceOf(NoiseException.class);
        }
        assertThat(xReader(recipient).readMessage(message)).isEqualTo(HELLO);
    }

    @Test
    void messagesHoldUpTo65535Bytes() throws NoiseException {
        ByteString largest = ByteString.copyFrom(new byte[65_535 - 32]);
        ByteString message = nn(NN, Role.INITIATOR, List.of()).writeMessage(largest);
        assertThat(message.size()).isEqualTo(HandshakeState.MAX_MESSAGE_LENGTH);
        assertThat(nn(NN, Role.RESPONDER, List.of()).readMessage(message)).isEqualTo(largest);

        ByteString tooLarge = largest.concat(ByteString.copyFrom(new byte[1]));
        HandshakeState writer = nn(NN, Role.INITIATOR, List.of());
        assertThatThrownBy(() -> writer.writeMessage(tooLarge))
                .isInstanceOf(IllegalArgumentException.class);
        ByteString tooLong = message.concat(ByteString.copyFrom(new byte[1]));
        HandshakeState reader = nn(NN, Role.RESPONDER, List.of());
        assertThatThrownBy(() -> reader.readMessage(tooLong)).isInstanceOfSatisfying(
                NoiseException.class,
                e -> assertThat(e.reason()).isEqualTo(NoiseException.Reason.TOO_LONG));
    }

    @Test
    void speaksOnlyInTurn() throws NoiseException {
        HandshakeState initiator = nn(NN, Role.INITIATOR, List.of());
        assertThatThrownBy(() -> initiator.readMessage(HELLO))
                .isInstanceOf(IllegalStateException.class);
        initiator.writeMessage(HELLO);
        assertThatThrownBy(() -> initiator.writeMessage(HELLO))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(initiator::split).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesMissingAndSuperfluousKeys() {
        HandshakeKeys none = HandshakeKeys.none();
        assertThatThrownBy(() -> new HandshakeState(XX, Role.INITIATOR, none, HELLO))
                .hasMessageContaining("ephemeral");
        HandshakeKeys ephemeral = none.withEphemeral(KeyPairs.number(1));
        assertThatThrownBy(() -> new HandshakeState(XX, Role.INITIATOR, ephemeral, HELLO))
                .hasMessageContaining("our static key");
        HandshakeKeys known = ephemeral.withStatic(KeyPairs.number(2))
                .withRemoteStatic(KeyPairs.number(3).publicKey());
        assertThatThrownBy(() -> new HandshakeState(XX, Role.INITIATOR, known, HELLO))
                .hasMessageContaining("learnt");
        assertThatThrownBy(() -> new HandshakeState(X, Role.INITIATOR,
                ephemeral.withStatic(KeyPairs.number(2)), HELLO))
                .hasMessageContaining("other side");
        assertThatThrownBy(() -> nn(NN, Role.INITIATOR, List.of(KeyPairs.number(1).privateKey())))
                .hasMessageContaining("pre-shared keys: 1");
    }

    @Test
    void refusesAnEphemeralKeyOfSmallOrder() {
        HandshakeState reader = xReader(KeyPairs.number(1));
        ByteString message = ByteString.copyFrom(new byte[32 + 48 + 16]);
        assertThatThrownBy(() -> reader.readMessage(message)).isInstanceOfSatisfying(
                NoiseException.class,
                e -> assertThat(e.reason()).isEqualTo(NoiseException.Reason.SMALL_ORDER_KEY));
    }

    private static HandshakeState nn(ProtocolName protocol, Role role, List<Secret> keys) {
        X25519KeyPair ephemeral = KeyPairs.number(role == Role.INITIATOR ? 1 : 2);
        return new HandshakeState(protocol, role,
                HandshakeKeys.none().withEphemeral(ephemeral).withPresharedKeys(keys), HELLO);
    }

    private static HandshakeState x(X25519KeyPair recipient) {
        return new HandshakeState(X, Role.INITIATOR,
                HandshakeKeys.none().withStatic(KeyPairs.number(5))
                        .withEphemeral(KeyPairs.number(6)).withRemoteStatic(recipient.publicKey()),
                ByteString.EMPTY);
    }

    private static HandshakeState xReader(X25519KeyPair recipient) {
        return new HandshakeState(X, Role.RESPONDER, HandshakeKeys.none().withStatic(recipient),
                ByteString.EMPTY);
    }
}
