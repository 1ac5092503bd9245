package network.dchat.starter.gossip;

import network.dchat.gossip.Rumor;
import network.dchat.wire.v1.GossipKind;

/// A bean that hears what other nodes say, each rumor once. The origin's signature was verified;
/// the
/// payload was not looked at.
public interface GossipListener {
    /// Which rumors are heard.
    GossipKind kind();

    /// A rumor came in. Called on a virtual thread of its own.
    void heard(Rumor rumor);
}
