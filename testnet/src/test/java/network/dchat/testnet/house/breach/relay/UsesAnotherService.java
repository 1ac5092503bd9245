package network.dchat.testnet.house.breach.relay;

import network.dchat.testnet.house.breach.storage.Shard;

/// A service may not use another one.
public record UsesAnotherService(Shard shard) {}
