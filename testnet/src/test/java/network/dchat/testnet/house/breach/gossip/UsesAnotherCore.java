package network.dchat.testnet.house.breach.gossip;

import network.dchat.testnet.house.breach.dht.Contact;

/// Gossip may not use the DHT.
public record UsesAnotherCore(Contact contact) {}
