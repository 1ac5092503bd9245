package network.dchat.simulation;

/// A node as the network sees it.
interface Endpoint<M> {
    String name();

    /// The position of the node among all nodes, from 0.
    int index();

    /// The number of this life of the node; 0 while it is down.
    int life();

    void arrive(Packet<M> packet);

    /// Nothing listened where the call went.
    void refused(long call);

    /// Another node has begun the life `life`; 0: it cannot be reached.
    void notice(Endpoint<M> peer, int peerLife);
}
