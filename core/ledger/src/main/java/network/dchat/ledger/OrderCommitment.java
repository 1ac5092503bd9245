package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.TaggedHash;

/// What the chain orders instead of a message: H(`dchat/order/1`, opening ‖ claim key). It tells
/// nobody which message it stands for, until someone shows the opening.
///
/// @param value the hash
public record OrderCommitment(Hash value) implements Comparable<OrderCommitment> {
    private static final String TAG = "dchat/order/1";

    /// The commitment to an opening under a claim key.
    ///
    /// @param openingHash hash of the opening, which hides message id and blinding
    public static OrderCommitment of(Hash openingHash, PublicKey claimKey) {
        return new OrderCommitment(TaggedHash.of(TAG, openingHash.bytes(), claimKey.bytes()));
    }

    /// A commitment from a stranger; empty when it is not 32 bytes.
    public static Optional<OrderCommitment> parse(ByteString bytes) {
        return Hash.parse(bytes).map(OrderCommitment::new);
    }

    /// The 32 bytes.
    public ByteString bytes() {
        return value.bytes();
    }

    @Override
    public int compareTo(OrderCommitment other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.hex();
    }
}
