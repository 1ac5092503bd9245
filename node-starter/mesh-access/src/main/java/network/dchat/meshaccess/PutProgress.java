package network.dchat.meshaccess;

import network.dchat.identity.Rejection;
import network.dchat.mesh.PutStatus;

/// What became of a put. After a crash of this node the same may be told twice.
public sealed interface PutProgress {
    /// It is durable in this node's queue and will be stored unless it expires.
    record Queued() implements PutProgress {}

    /// It waits: too few nodes take its shards.
    ///
    /// @param status what is durable so far
    /// @param reason why, for people
    record Waits(PutStatus status, String reason) implements PutProgress {}

    /// Enough shards are durable that it survives what the scheme promises.
    ///
    /// @param status how many, and where
    record Stored(PutStatus status) implements PutProgress {}

    /// All shards are durable, or what is missing is left to repair.
    ///
    /// @param status how many, and where
    record Settled(PutStatus status) implements PutProgress {}

    /// It was refused or given up.
    ///
    /// @param rejection why
    record Failed(Rejection rejection) implements PutProgress {}
}
