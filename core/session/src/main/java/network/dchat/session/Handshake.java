package network.dchat.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.Verified;
import network.dchat.session.noise.HandshakeKeys;
import network.dchat.session.noise.HandshakeState;
import network.dchat.session.noise.NoiseCipher;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.ProtocolName;
import network.dchat.session.noise.Role;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.session.noise.X25519PublicKey;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The one message that starts a session: Noise pattern X to the recipient's prekey. The sender's
/// static key is the sender's own prekey; the payload is its certificate, so the sender is named
/// and proven inside the encryption only.
final class Handshake {
    /// Length of the handshake message in bytes, always the same.
    static final int LENGTH;

    private static final ProtocolName PROTOCOL = ProtocolName.of("Noise_X_25519_ChaChaPoly_SHA256");
    private static final ByteString PROLOGUE = ByteString.copyFrom("dchat/session/1", UTF_8);
    private static final String EXPORT_LABEL = "dchat/session/1";

    /// Holds a signed prekey whatever its numbers are: at most 164 bytes, and the padding's mark.
    private static final int PAYLOAD_LENGTH = 176;

    static {
        LENGTH = 2 * X25519PublicKey.LENGTH + PAYLOAD_LENGTH + 2 * NoiseCipher.TAG_LENGTH;
    }

    /// A handshake as the sender made it.
    ///
    /// @param message [#LENGTH] bytes
    /// @param shared what the ratchet begins with
    record Written(ByteString message, List<Secret> shared) {}

    /// A handshake as the recipient read it.
    ///
    /// @param prekey the recipient's prekey that it was made for
    /// @param sender the sender's prekey with the identity that vouches for it
    /// @param shared what the ratchet begins with
    record Read(HeldPrekey prekey, SignedPrekey sender, List<Secret> shared) {}

    /// A decrypted payload, not yet judged.
    private record Payload(HeldPrekey prekey, X25519PublicKey senderKey, ByteString padded,
            List<Secret> shared) {}

    private Handshake() {}

    /// The handshake to a prekey.
    ///
    /// @throws NoiseException when the recipient's prekey is of small order
    static Written write(NetworkId network, SignedPrekey recipient, HeldPrekey own,
            X25519KeyPair ephemeral) throws NoiseException {
        HandshakeKeys keys = HandshakeKeys.none().withStatic(own.pair()).withEphemeral(ephemeral)
                .withRemoteStatic(new X25519PublicKey(recipient.publicKey()));
        HandshakeState state = new HandshakeState(PROTOCOL, Role.INITIATOR, keys,
                prologue(network, recipient.identityKey()));
        byte[] payload = Padding.pad(own.certified().signed().toByteString(), PAYLOAD_LENGTH);
        ByteString message = state.writeMessage(ByteString.copyFrom(payload));
        List<Secret> shared = state.export(EXPORT_LABEL, Ratchet.SHARED_SECRETS);
        state.destroy();
        return new Written(message, shared);
    }

    /// Reads what may be a handshake to one of our prekeys.
    ///
    /// @param prekeys those it may be for, the likeliest first
    /// @param graceMillis how long after its end a sender's prekey still vouches for an old
    ///     handshake
    static Verified<Read> read(NetworkId network, PublicKey recipient, List<HeldPrekey> prekeys,
            ByteString message, long nowMillis, long graceMillis) {
        for (HeldPrekey prekey : prekeys) {
            Optional<Payload> payload = decrypt(prologue(network, recipient), prekey, message);
            if (payload.isPresent()) {
                return judge(network, payload.get(), nowMillis, graceMillis);
            }
        }
        return Verified.rejected(RejectionCode.NOT_FOUND,
                "message: for no session and no prekey that is kept");
    }

    private static Optional<Payload> decrypt(ByteString prologue, HeldPrekey prekey,
            ByteString message) {
        HandshakeState state = new HandshakeState(PROTOCOL, Role.RESPONDER,
                HandshakeKeys.none().withStatic(prekey.pair()), prologue);
        try {
            ByteString padded = state.readMessage(message);
            List<Secret> shared = state.export(EXPORT_LABEL, Ratchet.SHARED_SECRETS);
            return Optional
                    .of(new Payload(prekey, state.remoteStatic().orElseThrow(), padded, shared));
        } catch (NoiseException e) {
            return Optional.empty();
        } finally {
            state.destroy();
        }
    }

    private static Verified<Read> judge(NetworkId network, Payload payload, long nowMillis,
            long graceMillis) {
        return Padding.unpad(payload.padded().toByteArray()).flatMap(Handshake::signed)
                .map(signed -> SignedPrekey.verify(signed, network,
                        judgedAt(signed, nowMillis, graceMillis)))
                .orElseGet(() -> Verified.rejected(RejectionCode.MALFORMED,
                        "handshake: payload is no signed prekey"))
                .then(sender -> sender.publicKey().equals(payload.senderKey().bytes())
                        ? Verified.accepted(new Read(payload.prekey(), sender, payload.shared()))
                        : Verified.rejected(RejectionCode.INVALID,
                                "handshake: the certificate is for another key"));
    }

    /// A handshake may be older than its message's way here: within the grace, the certificate is
    /// judged by the last moment of its validity.
    private static long judgedAt(SignedBytes signed, long nowMillis, long graceMillis) {
        try {
            long expires = network.dchat.wire.v1.SignedPrekey.parseFrom(signed.getBody())
                    .getExpiresAt();
            return expires > 0 && nowMillis >= expires && nowMillis - expires < graceMillis
                    ? expires - 1
                    : nowMillis;
        } catch (InvalidProtocolBufferException e) {
            return nowMillis;
        }
    }

    private static Optional<SignedBytes> signed(ByteString bytes) {
        try {
            return Optional.of(SignedBytes.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static ByteString prologue(NetworkId network, PublicKey recipient) {
        return PROLOGUE.concat(network.bytes()).concat(recipient.bytes());
    }
}
