package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.DHState;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Handshakes with an implementation that others wrote (noise-java), in both roles.
class NoiseJavaInteropTest {
    private static final ByteString PROLOGUE = ByteString.copyFromUtf8("dchat test");
    private static final ByteString TEXT = ByteString.copyFromUtf8("a payload");

    @ParameterizedTest
    @ValueSource(strings = {"Noise_X_25519_ChaChaPoly_SHA256", "Noise_N_25519_AESGCM_SHA512",
            "Noise_K_25519_ChaChaPoly_SHA512", "Noise_XX_25519_ChaChaPoly_SHA256",
            "Noise_XX_25519_AESGCM_SHA256", "Noise_IK_25519_ChaChaPoly_SHA256",
            "Noise_NK_25519_AESGCM_SHA512", "Noise_KX_25519_ChaChaPoly_SHA512",
            "Noise_IX_25519_AESGCM_SHA256"})
    void talksToNoiseJava(String name) throws GeneralSecurityException, NoiseException {
        talk(name, Role.INITIATOR);
        talk(name, Role.RESPONDER);
    }

    private static void talk(String name, Role ourRole)
            throws GeneralSecurityException, NoiseException {
        HandshakePattern pattern = ProtocolName.of(name).pattern();
        X25519KeyPair ourStatic = KeyPairs.number(1);
        X25519KeyPair theirStatic = KeyPairs.number(2);
        Role theirRole = ourRole == Role.INITIATOR ? Role.RESPONDER : Role.INITIATOR;
        HandshakeState ours = ours(name, ourRole, ourStatic, theirStatic.publicKey());
        var theirs = new com.southernstorm.noise.protocol.HandshakeState(name,
                theirRole == Role.INITIATOR
                        ? com.southernstorm.noise.protocol.HandshakeState.INITIATOR
                        : com.southernstorm.noise.protocol.HandshakeState.RESPONDER);
        theirs.setPrologue(PROLOGUE.toByteArray(), 0, PROLOGUE.size());
        if (theirs.needsLocalKeyPair()) {
            theirs.getLocalKeyPair().setPrivateKey(theirStatic.privateKey().reveal().toByteArray(),
                    0);
        }
        if (theirs.needsRemotePublicKey()) {
            theirs.getRemotePublicKey().setPublicKey(ourStatic.publicKey().bytes().toByteArray(),
                    0);
        }
        theirs.start();
        for (int index = 0; index < pattern.messages().size(); index++) {
            boolean weWrite = (index % 2 == 0) == (ourRole == Role.INITIATOR);
            byte[] buffer = new byte[1024];
            if (weWrite) {
                byte[] message = ours.writeMessage(TEXT).toByteArray();
                int length = theirs.readMessage(message, 0, message.length, buffer, 0);
                assertThat(ByteString.copyFrom(buffer, 0, length)).isEqualTo(TEXT);
            } else {
                int length = theirs.writeMessage(buffer, 0, TEXT.toByteArray(), 0, TEXT.size());
                assertThat(ours.readMessage(ByteString.copyFrom(buffer, 0, length)))
                        .isEqualTo(TEXT);
            }
        }
        assertThat(ours.handshakeHash().toByteArray()).isEqualTo(theirs.getHandshakeHash());
        DHState learnt = theirs.getRemotePublicKey();
        if (learnt != null) {
            byte[] key = new byte[32];
            learnt.getPublicKey(key, 0);
            assertThat(key).isEqualTo(ourStatic.publicKey().bytes().toByteArray());
        }
        transport(pattern, ourRole, ours.split(), theirs.split());
    }

    private static void transport(HandshakePattern pattern, Role ourRole, Transport ours,
            CipherStatePair theirs) throws GeneralSecurityException, NoiseException {
        byte[] buffer = new byte[1024];
        if (!pattern.isOneWay() || ourRole == Role.INITIATOR) {
            byte[] sent = ours.sending().encrypt(ByteString.EMPTY, TEXT).toByteArray();
            int read = theirs.getReceiver().decryptWithAd(null, sent, 0, buffer, 0, sent.length);
            assertThat(Arrays.copyOf(buffer, read)).isEqualTo(TEXT.toByteArray());
        }
        if (!pattern.isOneWay() || ourRole == Role.RESPONDER) {
            int written = theirs.getSender().encryptWithAd(null, TEXT.toByteArray(), 0, buffer, 0,
                    TEXT.size());
            assertThat(ours.receiving().decrypt(ByteString.EMPTY,
                    ByteString.copyFrom(buffer, 0, written))).isEqualTo(TEXT);
        }
    }

    private static HandshakeState ours(String name, Role role, X25519KeyPair ourStatic,
            X25519PublicKey theirStatic) {
        ProtocolName protocol = ProtocolName.of(name);
        HandshakePattern pattern = protocol.pattern();
        boolean initiator = role == Role.INITIATOR;
        HandshakeKeys keys = HandshakeKeys.none().withStatic(ourStatic)
                .withEphemeral(KeyPairs.number(initiator ? 3 : 4));
        if (initiator ? pattern.responderKnown() : pattern.initiatorKnown()) {
            keys = keys.withRemoteStatic(theirStatic);
        }
        return new HandshakeState(protocol, role, keys, PROLOGUE);
    }
}
