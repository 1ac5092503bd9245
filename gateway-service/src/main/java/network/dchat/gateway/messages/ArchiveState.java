package network.dchat.gateway.messages;

/// How far the sender's history record came.
public enum ArchiveState {
    /// Not given to the mesh so far.
    NONE,
    /// Durable in this gateway's queue; it goes on by itself.
    QUEUED,
    /// Enough shards are durable.
    STORED,
    /// Refused or given up.
    FAILED
}
