package network.dchat.testnet.house.breach.dht;

/// What another core should not know.
public record Contact(String name) {}
