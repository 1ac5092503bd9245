package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.session.Effect;
import network.dchat.session.Input;
import network.dchat.session.SessionLimits;
import network.dchat.session.Sessions;
import network.dchat.session.noise.CipherState;
import network.dchat.session.noise.HandshakeKeys;
import network.dchat.session.noise.HandshakeState;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.ProtocolName;
import network.dchat.session.noise.Role;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;

/// Messages encrypted and decrypted, against ChaCha20-Poly1305 by the JDK alone.
final class SessionBenchmarks {
    private static final int MESSAGES = 100;
    private static final int FRAME = 1_024;
    private static final int TEXT = 200;
    /// What a text of 200 bytes is padded to.
    private static final int PADDED = 512;
    private static final String BASELINE = "the JDK's ChaCha20-Poly1305, sealed and opened";

    private SessionBenchmarks() {}

    /// Transport messages of 1 KiB after a handshake.
    static Comparison noise() {
        ByteString plaintext = ByteString.copyFrom(Fixtures.bytes(FRAME, 1));
        List<CipherState> ends = shakeHands();
        return new Comparison("messages", MESSAGES, () -> {
            long sum = 0;
            for (int message = 0; message < MESSAGES; message++) {
                sum += decrypt(ends.getLast(), ends.getFirst().encrypt(ByteString.EMPTY, plaintext))
                        .byteAt(message);
            }
            return sum;
        }, plainCipher(plaintext.toByteArray()), BASELINE);
    }

    /// Texts of 200 bytes in one direction of a running session.
    static Comparison ratchet() {
        Device alice = new Device("alice");
        Device bob = new Device("bob");
        ByteString text = ByteString.copyFrom(Fixtures.bytes(TEXT, 2));
        bob.decrypt(alice.encrypt(bob, text));
        alice.decrypt(bob.encrypt(alice, text));
        bob.decrypt(alice.encrypt(bob, text));
        return new Comparison("messages", MESSAGES, () -> {
            long sum = 0;
            for (int message = 0; message < MESSAGES; message++) {
                sum += bob.decrypt(alice.encrypt(bob, text)).byteAt(message);
            }
            return sum;
        }, plainCipher(Fixtures.bytes(PADDED, 2)), BASELINE);
    }

    private static ByteString decrypt(CipherState cipher, ByteString ciphertext) {
        try {
            return cipher.decrypt(ByteString.EMPTY, ciphertext);
        } catch (NoiseException failure) {
            throw new IllegalStateException("noise: cannot decrypt", failure);
        }
    }

    private static List<CipherState> shakeHands() {
        ProtocolName protocol = ProtocolName.of("Noise_NN_25519_ChaChaPoly_SHA256");
        HandshakeState initiator = new HandshakeState(protocol, Role.INITIATOR, ephemeral("one"),
                ByteString.EMPTY);
        HandshakeState responder = new HandshakeState(protocol, Role.RESPONDER, ephemeral("two"),
                ByteString.EMPTY);
        try {
            responder.readMessage(initiator.writeMessage(ByteString.EMPTY));
            initiator.readMessage(responder.writeMessage(ByteString.EMPTY));
        } catch (NoiseException failure) {
            throw new IllegalStateException("noise: cannot shake hands", failure);
        }
        return List.of(initiator.split().sending(), responder.split().receiving());
    }

    private static HandshakeKeys ephemeral(String name) {
        return HandshakeKeys.none()
                .withEphemeral(X25519KeyPair.of(Secret.of(Fixtures.hash(name).bytes())));
    }

    private static Work plainCipher(byte[] plaintext) {
        SecretKeySpec key = new SecretKeySpec(Fixtures.bytes(32, 3), "ChaCha20");
        ByteBuffer nonce = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        return () -> {
            long sum = 0;
            for (int message = 0; message < MESSAGES; message++) {
                nonce.putLong(4, nonce.getLong(4) + 1);
                IvParameterSpec parameters = new IvParameterSpec(nonce.array().clone());
                byte[] sealed = apply(Cipher.ENCRYPT_MODE, key, parameters, plaintext);
                sum += apply(Cipher.DECRYPT_MODE, key, parameters, sealed)[message];
            }
            return sum;
        };
    }

    private static byte[] apply(int mode, SecretKeySpec key, IvParameterSpec parameters,
            byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(mode, key, parameters);
            return cipher.doFinal(input);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("JDK: ChaCha20-Poly1305", failure);
        }
    }

    /// One user's device. Its seeds are counted, which is enough for a measurement.
    private static final class Device {
        private final SigningKey identity;
        private final Sessions sessions;
        private long inputs;

        Device(String name) {
            identity = Fixtures.key(name);
            sessions = new Sessions(Fixtures.NETWORK, identity, SessionLimits.defaults(),
                    List.of());
            sessions.apply(new Input.Start(seed(), Fixtures.NOW));
        }

        ByteString encrypt(Device to, ByteString text) {
            for (Effect effect : sessions.apply(new Input.Encrypt(inputs, to.identity.publicKey(),
                    Optional.of(to.sessions.currentPrekey().orElseThrow().signed()), text,
                    to.address().bytes(), seed(), Fixtures.NOW))) {
                if (effect instanceof Effect.Encrypted encrypted) {
                    return encrypted.ciphertext();
                }
            }
            throw new IllegalStateException("session: did not encrypt");
        }

        ByteString decrypt(ByteString ciphertext) {
            for (Effect effect : sessions.apply(new Input.Decrypt(inputs, ciphertext,
                    address().bytes(), seed(), Fixtures.NOW))) {
                if (effect instanceof Effect.Decrypted decrypted) {
                    return decrypted.plaintext();
                }
            }
            throw new IllegalStateException("session: did not decrypt");
        }

        private WalletAddress address() {
            return WalletAddress.of(identity.publicKey());
        }

        private Secret seed() {
            byte[] seed = identity.publicKey().bytes().toByteArray();
            ByteBuffer.wrap(seed).putLong(++inputs);
            return Secret.of(ByteString.copyFrom(seed));
        }
    }
}
