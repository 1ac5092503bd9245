package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Envelope;

/// The name of a message: H(`dchat/envelope/1`, network id ‖ recipient ‖ expires_at as 8 bytes,
/// big-endian ‖ ciphertext hash). It binds the message to its recipient, its end and its network.
///
/// @param value the hash
public record MessageId(Hash value) implements Comparable<MessageId> {
    /// Length of an id in bytes.
    public static final int LENGTH = Hash.LENGTH;

    private static final String TAG = "dchat/envelope/1";
    private static final String CIPHERTEXT_TAG = "dchat/ciphertext/1";

    /// The id of the message with this recipient, end and ciphertext.
    ///
    /// @param expiresAtMillis milliseconds since 1970
    public static MessageId of(NetworkId network, WalletAddress recipient, long expiresAtMillis,
            Hash ciphertextHash) {
        return new MessageId(TaggedHash.of(TAG, network.bytes(), recipient.bytes(),
                BigEndian.of(expiresAtMillis), ciphertextHash.bytes()));
    }

    /// The id of an envelope; empty when its recipient is no address.
    public static Optional<MessageId> of(NetworkId network, Envelope envelope) {
        return WalletAddress.parse(envelope.getRecipient()).map(recipient -> of(network, recipient,
                envelope.getExpiresAt(), ciphertextHash(envelope.getCiphertext())));
    }

    /// H(`dchat/ciphertext/1`, ciphertext).
    public static Hash ciphertextHash(ByteString ciphertext) {
        return TaggedHash.of(CIPHERTEXT_TAG, ciphertext);
    }

    /// An id written as 64 hex digits by us or by an operator.
    public static MessageId of(String hex) {
        return new MessageId(Hash.of(hex));
    }

    /// An id from a stranger; empty when it is not 32 bytes.
    public static Optional<MessageId> parse(ByteString bytes) {
        return Hash.parse(bytes).map(MessageId::new);
    }

    /// The 32 bytes.
    public ByteString bytes() {
        return value.bytes();
    }

    /// The id as 64 lower-case hex digits.
    public String hex() {
        return value.hex();
    }

    /// The first eight hex digits, for logs.
    public String shortName() {
        return value.shortName();
    }

    @Override
    public int compareTo(MessageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.hex();
    }
}
