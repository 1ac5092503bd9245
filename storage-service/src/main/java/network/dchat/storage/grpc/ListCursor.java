package network.dchat.storage.grpc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;
import network.dchat.mesh.ObjectName;
import network.dchat.storage.ShardIndex;

/// An opaque place in a listing: version (8 bytes, big endian), then the name.
final class ListCursor {
    private ListCursor() {}

    static ByteString encode(ObjectName last) {
        ByteBuffer version = ByteBuffer.allocate(Long.BYTES).putLong(last.version()).flip();
        return ByteString.copyFrom(version).concat(ByteString.copyFromUtf8(last.name()));
    }

    static Optional<ShardIndex.Cursor> decode(ByteString cursor) {
        if (cursor.isEmpty()) {
            return Optional.of(ShardIndex.Cursor.START);
        }
        if (cursor.size() <= Long.BYTES || cursor.size() > Long.BYTES + ObjectName.MAXIMUM_NAME
                || !cursor.substring(Long.BYTES).isValidUtf8()) {
            return Optional.empty();
        }
        return Optional.of(new ShardIndex.Cursor(cursor.substring(Long.BYTES).toStringUtf8(),
                cursor.asReadOnlyByteBuffer().getLong()));
    }
}
