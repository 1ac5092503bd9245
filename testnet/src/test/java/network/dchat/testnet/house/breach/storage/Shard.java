package network.dchat.testnet.house.breach.storage;

/// What another service should not know.
public record Shard(int index) {}
