package network.dchat.dht;

import network.dchat.identity.Hash;

/// What is looked for.
public sealed interface Query {
    /// Where it lies.
    Hash target();

    /// The peers closest to a key.
    record Closest(Hash target) implements Query {}

    /// The newest record of a name.
    record Newest(RecordKey key) implements Query {
        @Override
        public Hash target() {
            return key.key();
        }
    }
}
