package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One side of one handshake (section 5.3): messages are written and read in turn until the
/// pattern is through, then [#split] gives the transport keys.
///
/// Not safe for use by several threads. After a [NoiseException] it is dead.
public final class HandshakeState {
    /// No Noise message is longer (section 3).
    public static final int MAX_MESSAGE_LENGTH = 65_535;

    private static final int KEY_LENGTH = X25519PublicKey.LENGTH;

    private final HandshakePattern pattern;
    private final Role role;
    private final SymmetricState symmetric;
    private final HandshakeKeys keys;
    private final Iterator<Secret> presharedKeys;
    private @Nullable X25519PublicKey remoteStatic;
    private @Nullable X25519PublicKey remoteEphemeral;
    private int nextMessage;
    private boolean dead;

    /// A handshake that has not begun.
    ///
    /// @param prologue what both sides must agree on before they talk (section 6)
    /// @throws IllegalArgumentException when a key that the pattern needs is missing
    public HandshakeState(ProtocolName protocol, Role role, HandshakeKeys keys,
            ByteString prologue) {
        this.pattern = protocol.pattern();
        this.role = role;
        this.keys = keys;
        this.presharedKeys = keys.presharedKeys().iterator();
        this.remoteStatic = keys.remoteStatic();
        requireKeys();
        this.symmetric = new SymmetricState(protocol);
        symmetric.mixHash(prologue.toByteArray());
        mixKnownKeys();
    }

    /// Writes the next message.
    ///
    /// @param payload what travels in it, encrypted as well as the pattern allows at this point
    /// @throws NoiseException when the other side's key, learnt before, is of small order
    public ByteString writeMessage(ByteString payload) throws NoiseException {
        List<Token> tokens = turn(role == Role.INITIATOR);
        dead = true;
        ByteString message = ByteString.EMPTY;
        for (Token token : tokens) {
            message = message.concat(write(token));
        }
        message = message
                .concat(ByteString.copyFrom(symmetric.encryptAndHash(payload.toByteArray())));
        if (message.size() > MAX_MESSAGE_LENGTH) {
            throw new IllegalArgumentException("message: " + message.size()
                    + " bytes (expected: at most " + MAX_MESSAGE_LENGTH + " bytes)");
        }
        dead = false;
        nextMessage++;
        return message;
    }

    /// Reads the next message and gives its payload.
    ///
    /// @throws NoiseException when it is not what the other side of this handshake would write
    public ByteString readMessage(ByteString message) throws NoiseException {
        List<Token> tokens = turn(role == Role.RESPONDER);
        dead = true;
        if (message.size() > MAX_MESSAGE_LENGTH) {
            throw new NoiseException(NoiseException.Reason.TOO_LONG);
        }
        ByteString rest = message;
        for (Token token : tokens) {
            rest = read(token, rest);
        }
        byte[] payload = symmetric.decryptAndHash(rest.toByteArray());
        dead = false;
        nextMessage++;
        return ByteString.copyFrom(payload);
    }

    /// True when all messages of the pattern have gone through.
    public boolean isFinished() {
        return !dead && nextMessage == pattern.messages().size();
    }

    /// The transport keys.
    public Transport split() {
        requireFinished();
        List<CipherState> states = symmetric.split();
        return role == Role.INITIATOR
                ? new Transport(states.get(0), states.get(1))
                : new Transport(states.get(1), states.get(0));
    }

    /// Secrets of 32 bytes for another use than transport, known to both sides only and bound to
    /// all that was said. They are independent of the transport keys.
    ///
    /// @param label what they are for
    /// @param count 1 to 255
    public List<Secret> export(String label, int count) {
        requireFinished();
        return symmetric.export(label, count);
    }

    /// The hash of the whole conversation, the same on both sides: a channel binding (section
    /// 11.2).
    public ByteString handshakeHash() {
        requireFinished();
        return ByteString.copyFrom(symmetric.handshakeHash());
    }

    /// The other side's static key, once it is known.
    public Optional<X25519PublicKey> remoteStatic() {
        return Optional.ofNullable(remoteStatic);
    }

    /// Wipes the secrets that were made here. The keys that were handed in stay as they are.
    public void destroy() {
        dead = true;
        symmetric.destroy();
    }

    private List<Token> turn(boolean initiatorsTurn) {
        if (dead || nextMessage == pattern.messages().size()) {
            throw new IllegalStateException(
                    "handshake " + pattern.name() + ": it is over, no message may follow");
        }
        if (nextMessage % 2 == 0 != initiatorsTurn) {
            throw new IllegalStateException("handshake " + pattern.name() + ": message "
                    + (nextMessage + 1) + " is the other side's to write");
        }
        return pattern.messages().get(nextMessage);
    }

    private ByteString write(Token token) throws NoiseException {
        return switch (token) {
            case E -> {
                ByteString key = requireEphemeral().publicKey().bytes();
                mixEphemeral(key);
                yield key;
            }
            case S -> ByteString.copyFrom(
                    symmetric.encryptAndHash(requireStatic().publicKey().bytes().toByteArray()));
            case EE, ES, SE, SS, PSK -> {
                mixSecret(token);
                yield ByteString.EMPTY;
            }
        };
    }

    /// Takes what belongs to the token off the front and gives the rest.
    private ByteString read(Token token, ByteString rest) throws NoiseException {
        return switch (token) {
            case E -> {
                ByteString key = front(rest, KEY_LENGTH);
                remoteEphemeral = new X25519PublicKey(key);
                mixEphemeral(key);
                yield rest.substring(KEY_LENGTH);
            }
            case S -> {
                int length = KEY_LENGTH + (symmetric.hasKey() ? NoiseCipher.TAG_LENGTH : 0);
                byte[] key = symmetric.decryptAndHash(front(rest, length).toByteArray());
                remoteStatic = new X25519PublicKey(ByteString.copyFrom(key));
                yield rest.substring(length);
            }
            case EE, ES, SE, SS, PSK -> {
                mixSecret(token);
                yield rest;
            }
        };
    }

    private static ByteString front(ByteString rest, int length) throws NoiseException {
        if (rest.size() < length) {
            throw new NoiseException(NoiseException.Reason.TOO_SHORT);
        }
        return rest.substring(0, length);
    }

    /// With pre-shared keys, ephemeral keys are mixed into the key as well (section 9.2).
    private void mixEphemeral(ByteString key) {
        symmetric.mixHash(key.toByteArray());
        if (pattern.presharedKeys() > 0) {
            symmetric.mixKey(key.toByteArray());
        }
    }

    private void mixSecret(Token token) throws NoiseException {
        boolean initiator = role == Role.INITIATOR;
        switch (token) {
            case PSK -> symmetric.mixKeyAndHash(presharedKeys.next().array());
            case EE -> mixAgreement(requireEphemeral(), remoteEphemeral);
            case SS -> mixAgreement(requireStatic(), remoteStatic);
            case ES -> mixAgreement(initiator ? requireEphemeral() : requireStatic(),
                    initiator ? remoteStatic : remoteEphemeral);
            case SE -> mixAgreement(initiator ? requireStatic() : requireEphemeral(),
                    initiator ? remoteEphemeral : remoteStatic);
            case E, S -> throw new IllegalStateException("token " + token + " is no secret");
        }
    }

    private void mixAgreement(X25519KeyPair own, @Nullable X25519PublicKey other)
            throws NoiseException {
        if (other == null) {
            throw new IllegalStateException(
                    "pattern " + pattern.name() + ": uses a key before it is known");
        }
        Secret shared = own.agree(other);
        symmetric.mixKey(shared.array());
        shared.destroy();
    }

    /// Pre-messages: the initiator's first (section 7.1).
    private void mixKnownKeys() {
        boolean initiator = role == Role.INITIATOR;
        List<X25519PublicKey> known = new ArrayList<>();
        if (pattern.initiatorKnown()) {
            known.add(initiator ? requireStatic().publicKey() : requireRemoteStatic());
        }
        if (pattern.responderKnown()) {
            known.add(initiator ? requireRemoteStatic() : requireStatic().publicKey());
        }
        for (X25519PublicKey key : known) {
            symmetric.mixHash(key.bytes().toByteArray());
        }
    }

    private void requireKeys() {
        boolean initiator = role == Role.INITIATOR;
        if (pattern.writes(role, Token.E)) {
            requireEphemeral();
        }
        if (pattern.writes(role, Token.S)
                || (initiator ? pattern.initiatorKnown() : pattern.responderKnown())) {
            requireStatic();
        }
        boolean otherIsKnown = initiator ? pattern.responderKnown() : pattern.initiatorKnown();
        if (otherIsKnown) {
            requireRemoteStatic();
        }
        if (!otherIsKnown && remoteStatic != null) {
            throw new IllegalArgumentException("pattern " + pattern.name()
                    + ": the other side's static key is learnt from it, not known before");
        }
        if (keys.presharedKeys().size() != pattern.presharedKeys()) {
            throw new IllegalArgumentException("pre-shared keys: " + keys.presharedKeys().size()
                    + " (expected: " + pattern.presharedKeys() + ")");
        }
    }

    private X25519KeyPair requireStatic() {
        return require(keys.staticKey(), "our static key");
    }

    private X25519KeyPair requireEphemeral() {
        return require(keys.ephemeral(), "our ephemeral key");
    }

    private X25519PublicKey requireRemoteStatic() {
        return require(remoteStatic, "the other side's static key");
    }

    private <T> T require(@Nullable T key, String what) {
        if (key == null) {
            throw new IllegalArgumentException("pattern " + pattern.name() + ": needs " + what);
        }
        return key;
    }

    private void requireFinished() {
        if (!isFinished()) {
            throw new IllegalStateException(
                    "handshake " + pattern.name() + ": not finished, or failed");
        }
    }
}
