package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;

/// A node's name: the libp2p peer id of its Ed25519 key, `12D3KooW…`.
///
/// The id holds the whole key (an identity multihash of the protobuf-encoded key, libp2p
/// specification "Peer Ids and Keys"), so that it needs no lookup to verify what the node signed.
///
/// @param publicKey the node's key
public record PeerId(PublicKey publicKey) implements Comparable<PeerId> {
    /// Length of a peer id in bytes.
    public static final int LENGTH = 38;

    /// Multihash code 0 (identity), length 36; protobuf field 1 = 1 (Ed25519), field 2 of 32 bytes.
    private static final ByteString PREFIX = Octets.ofHex("prefix", "002408011220", 6);
    private static final int SHORT_LENGTH = 8;

    /// The id of the node that owns this key.
    public static PeerId of(PublicKey publicKey) {
        return new PeerId(publicKey);
    }

    /// A peer id written by us or by an operator.
    public static PeerId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(
                "peer id: " + Octets.abbreviate(text) + " (expected: 12D3KooW…)"));
    }

    /// A peer id written by a stranger; empty when it is not the id of an Ed25519 key.
    public static Optional<PeerId> parse(String text) {
        return Base58.decode(text).flatMap(PeerId::parse);
    }

    /// The binary form from a stranger; empty when it is not the id of an Ed25519 key.
    public static Optional<PeerId> parse(ByteString bytes) {
        if (bytes.size() != LENGTH || !bytes.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return PublicKey.parse(bytes.substring(PREFIX.size())).map(PeerId::new);
    }

    /// The binary form, 38 bytes.
    public ByteString toBytes() {
        return PREFIX.concat(publicKey.bytes());
    }

    /// Where the node sits in the DHT: SHA-256 of the id's bytes.
    public Hash dhtKey() {
        return Sha256.of(PREFIX, publicKey.bytes());
    }

    /// The last eight characters, for logs.
    public String shortName() {
        String text = toString();
        return text.substring(text.length() - SHORT_LENGTH);
    }

    @Override
    public int compareTo(PeerId other) {
        return publicKey.compareTo(other.publicKey);
    }

    @Override
    public String toString() {
        return Base58.encode(toBytes());
    }
}
