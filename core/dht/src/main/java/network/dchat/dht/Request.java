package network.dchat.dht;

import network.dchat.identity.Hash;

/// What a node asks another.
public sealed interface Request {
    /// Are you there?
    record Ping() implements Request {}

    /// Which peers do you know closest to this?
    record FindNode(Hash target) implements Request {}

    /// Have you got this record? If not, who is closer?
    record FindValue(RecordKey key) implements Request {}

    /// Keep this record.
    record Store(VerifiedRecord record) implements Request {}
}
