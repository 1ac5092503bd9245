package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;

/// What an owner calls one version of an object.
///
/// @param owner whose it is
/// @param collection what it is found with, 1 to 64 bytes of UTF-8; all objects of a collection
///     have one placement
/// @param name its name within the collection, 1 to 128 bytes of UTF-8
/// @param version grows with each new content under the same name; the highest counts
public record ObjectName(WalletAddress owner, String collection, String name, long version) {
    /// The collection that holds a user's packed history.
    public static final String HISTORY = "history";
    /// Longest collection in bytes of UTF-8.
    public static final int MAXIMUM_COLLECTION = 64;
    /// Longest name in bytes of UTF-8.
    public static final int MAXIMUM_NAME = 128;

    /// Refuses texts and versions out of range.
    public ObjectName {
        Checks.range("collection bytes", Checks.utf8Length(collection), 1, MAXIMUM_COLLECTION);
        Checks.range("name bytes", Checks.utf8Length(name), 1, MAXIMUM_NAME);
        Checks.range("version", version, 0, Long.MAX_VALUE);
    }

    /// H(`dchat/object/1`, owner ‖ version ‖ length of collection ‖ collection ‖ name): the
    /// version in eight bytes, the length in two, so that no two names run into each other.
    public ObjectId id() {
        ByteString place = ByteString.copyFromUtf8(collection);
        ByteBuffer numbers = ByteBuffer.allocate(Long.BYTES + Short.BYTES).putLong(version)
                .putShort((short) place.size()).flip();
        return new ObjectId(TaggedHash.of("dchat/object/1", owner.bytes(),
                ByteString.copyFrom(numbers), place, ByteString.copyFromUtf8(name)));
    }

    /// Where the collection sits.
    public PlacementKey placementKey() {
        return PlacementKey.of(owner, collection);
    }

    /// The same name one version later.
    public ObjectName next() {
        return new ObjectName(owner, collection, name, Math.addExact(version, 1));
    }
}
