package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;

/// What can happen to a [Mesh].
public sealed interface Input {
    /// The time at which it happened, milliseconds since 1970.
    long nowMillis();

    /// The first input of a life: what the durable queue holds. Everything in it goes on.
    ///
    /// @param queue all keys and values, see [QueueWrite]
    /// @param nowMillis the time
    record Restored(Map<String, ByteString> queue, long nowMillis) implements Input {
        /// Copies the map.
        public Restored {
            queue = Map.copyOf(queue);
        }
    }

    /// The registry of storage nodes, whole, at first and whenever it changed.
    ///
    /// @param nodes all registered storage nodes
    /// @param nowMillis the time
    record NodesChanged(java.util.List<StorageNode> nodes, long nowMillis) implements Input {
        /// Copies the list.
        public NodesChanged {
            nodes = java.util.List.copyOf(nodes);
        }
    }

    /// A node that could not be reached can be again: what waits for it is tried at once.
    ///
    /// @param node the node
    /// @param nowMillis the time
    record NodeReachable(PeerId node, long nowMillis) implements Input {}

    /// Stores an object or leaves a tombstone. Answered by [Effect.PutQueued] or
    /// [Effect.PutFailed], later by [Effect.PutStored] and [Effect.PutSettled]. The same object
    /// again is answered anew.
    ///
    /// @param manifest what the owner signed
    /// @param object the object's bytes, empty for a tombstone
    /// @param grant what lets this node write; the default instance where none is needed
    /// @param nowMillis the time
    record Put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
            long nowMillis) implements Input {}

    /// Finds the objects of a collection. Answered by [Effect.Listed] or [Effect.ReadFailed].
    ///
    /// @param operation a number that no running read has
    /// @param owner whose collection
    /// @param collection which
    /// @param name only this name, empty for all
    /// @param grant what lets this node read; the default instance where none is needed
    /// @param nowMillis the time
    record List(long operation, WalletAddress owner, String collection, String name,
            CertifiedGrant grant, long nowMillis) implements Input {}

    /// Reads an object. Answered stripe by stripe by [Effect.StripeRead], then by
    /// [Effect.GetDone], or by [Effect.ReadFailed].
    ///
    /// @param operation a number that no running read has
    /// @param object what a list found
    /// @param grant what lets this node read; the default instance where none is needed
    /// @param nowMillis the time
    record Get(long operation, StoredObject object, CertifiedGrant grant,
            long nowMillis) implements Input {}

    /// The caller of a get took the next stripe; a further one is read ahead.
    ///
    /// @param operation the get
    /// @param nowMillis the time
    record StripeConsumed(long operation, long nowMillis) implements Input {}

    /// The caller of a read is gone; nothing more is heard of it.
    ///
    /// @param operation the list or get
    /// @param nowMillis the time
    record Cancel(long operation, long nowMillis) implements Input {}

    /// How a [Effect.Call] or [Effect.Query] ended.
    ///
    /// @param call its number
    /// @param answer the answer, of the request's kind or [ShardAnswer.Failed]
    /// @param nowMillis the time
    record Answered(long call, ShardAnswer answer, long nowMillis) implements Input {}

    /// A timer elapsed.
    ///
    /// @param timer its number
    /// @param nowMillis the time
    record TimerElapsed(long timer, long nowMillis) implements Input {}
}
