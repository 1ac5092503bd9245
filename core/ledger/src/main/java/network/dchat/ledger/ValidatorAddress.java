package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Sha256;

/// A validator's name in headers and votes: the first 20 bytes of SHA-256 of its consensus key.
///
/// @param bytes the 20 bytes
public record ValidatorAddress(ByteString bytes) implements Comparable<ValidatorAddress> {
    /// Length of an address in bytes.
    public static final int LENGTH = 20;

    /// Refuses any other length.
    public ValidatorAddress {
        if (bytes.size() != LENGTH) {
            throw new IllegalArgumentException("validator address: " + bytes.size()
                    + " bytes (expected: " + LENGTH + " bytes)");
        }
    }

    /// The address of this consensus key.
    public static ValidatorAddress of(PublicKey key) {
        return new ValidatorAddress(Sha256.of(key.bytes()).bytes().substring(0, LENGTH));
    }

    /// An address from a stranger; empty when it has another length.
    public static Optional<ValidatorAddress> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new ValidatorAddress(bytes)) : Optional.empty();
    }

    /// The address as 40 upper-case hex digits, as Tendermint writes it.
    public String hex() {
        return Octets.hex(bytes).toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public int compareTo(ValidatorAddress other) {
        return Octets.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
