package network.dchat.mesh;

import com.google.protobuf.ByteString;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;

/// What a [Mesh] wants done.
public sealed interface Effect {
    /// Marks effects that promise nothing and may overtake a [Persist].
    sealed interface Unconditional extends Effect {}

    /// Makes changes to the queue durable, all or none; what follows waits for that.
    ///
    /// @param writes the changes in order
    record Persist(java.util.List<QueueWrite> writes) implements Effect {
        /// Copies the list.
        public Persist {
            writes = java.util.List.copyOf(writes);
        }
    }

    /// Makes a call that rests on what was persisted. Answered by [Input.Answered], once.
    ///
    /// @param call its number
    /// @param node whom to call
    /// @param request put or delete
    /// @param timeoutMillis after which time it has failed
    record Call(long call, PeerId node, ShardRequest request,
            long timeoutMillis) implements Effect {}

    /// Makes a call that only reads. Answered by [Input.Answered], once.
    ///
    /// @param call its number
    /// @param node whom to call
    /// @param request list or get
    /// @param timeoutMillis after which time it has failed
    record Query(long call, PeerId node, ShardRequest request,
            long timeoutMillis) implements Unconditional {}

    /// Sets a timer. Answered by [Input.TimerElapsed], once; never cancelled.
    ///
    /// @param timer its number
    /// @param delayMillis after which time
    record SetTimer(long timer, long delayMillis) implements Unconditional {}

    /// A put is durable in the queue: it will be stored unless it expires.
    ///
    /// @param object the object
    record PutQueued(ObjectId object) implements Effect {}

    /// A put succeeded: so many shards are durable that it survives what the scheme promises, 13
    /// of 15. What is missing is still being sent.
    ///
    /// @param status how many shards are durable, and where
    record PutStored(PutStatus status) implements Effect {}

    /// A put is over and left the queue: all shards are durable, or those that are missing are
    /// left to the nodes' repair.
    ///
    /// @param status how many shards are durable, and where
    record PutSettled(PutStatus status) implements Effect {}

    /// A put waits in the queue since too few nodes take its shards; told whenever that changes.
    ///
    /// @param status what is durable so far
    /// @param reason why, for people
    record PutWaits(PutStatus status, String reason) implements Effect {}

    /// A put was refused or given up, and is not in the queue.
    ///
    /// @param object the object
    /// @param rejection why
    record PutFailed(ObjectId object, Rejection rejection) implements Effect {}

    /// The objects of a collection: of each name the highest version, unless deleted or expired;
    /// sorted by name.
    ///
    /// @param operation the list
    /// @param objects what was found
    /// @param answered how many nodes answered
    /// @param asked how many were asked
    /// @param truncated true when there are more than the limit allows
    record Listed(long operation, java.util.List<StoredObject> objects, int answered, int asked,
            boolean truncated) implements Unconditional {
        /// Copies the list.
        public Listed {
            objects = java.util.List.copyOf(objects);
        }
    }

    /// The next stripe of an object, verified. Answered by [Input.StripeConsumed].
    ///
    /// @param operation the get
    /// @param stripe its number, from 0 on without gaps
    /// @param bytes the object's bytes in it
    record StripeRead(long operation, int stripe, ByteString bytes) implements Unconditional {}

    /// A get returned all stripes.
    ///
    /// @param operation the get
    /// @param missing shard indexes that their nodes do not hold any more or hold damaged
    record GetDone(long operation, java.util.List<Integer> missing) implements Unconditional {
        /// Copies the list.
        public GetDone {
            missing = java.util.List.copyOf(missing);
        }
    }

    /// A list or get failed.
    ///
    /// @param operation the read
    /// @param rejection why
    record ReadFailed(long operation, Rejection rejection) implements Unconditional {}

    /// A node misbehaved; its reputation should suffer.
    ///
    /// @param node who
    /// @param misbehaviour what it did
    /// @param reason the particulars, for people
    record Report(PeerId node, Misbehaviour misbehaviour, String reason) implements Unconditional {}
}
