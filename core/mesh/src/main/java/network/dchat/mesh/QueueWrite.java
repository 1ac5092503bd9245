package network.dchat.mesh;

import com.google.protobuf.ByteString;

/// One change to the mesh's durable queue, which is a map from keys to bytes.
public sealed interface QueueWrite {
    /// The key, at most 128 ASCII characters.
    String key();

    /// Stores bytes under a key, in place of what was there.
    record Save(String key, ByteString value) implements QueueWrite {}

    /// Removes a key, if it is there.
    record Remove(String key) implements QueueWrite {}
}
