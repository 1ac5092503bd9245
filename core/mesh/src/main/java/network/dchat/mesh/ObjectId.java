package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Hash;

/// The name of one version of an object, as shards carry it.
///
/// @param value H(`dchat/object/1`, …), see [ObjectName#id]
public record ObjectId(Hash value) implements Comparable<ObjectId> {
    /// An object id that came from a stranger; empty when it is not 32 bytes.
    public static Optional<ObjectId> parse(ByteString bytes) {
        return Hash.parse(bytes).map(ObjectId::new);
    }

    /// The 32 bytes.
    public ByteString bytes() {
        return value.bytes();
    }

    @Override
    public int compareTo(ObjectId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.hex();
    }
}
