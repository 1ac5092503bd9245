package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;

/// Which network a signed thing belongs to: SHA-256 of its canonical genesis.
///
/// @param value the hash of the genesis
public record NetworkId(Hash value) {
    /// A network id written as 64 hex digits.
    public static NetworkId of(String hex) {
        return new NetworkId(Hash.of(hex));
    }

    /// A network id that came from a stranger; empty when it is not 32 bytes.
    public static Optional<NetworkId> parse(ByteString bytes) {
        return Hash.parse(bytes).map(NetworkId::new);
    }

    /// The 32 bytes.
    public ByteString bytes() {
        return value.bytes();
    }

    @Override
    public String toString() {
        return value.hex();
    }
}
