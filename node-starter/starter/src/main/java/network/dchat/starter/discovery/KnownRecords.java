package network.dchat.starter.discovery;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import network.dchat.dht.KnownPeers;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The verified records of all peers that this node heard of, for many threads.
public final class KnownRecords {
    private static final int MOST_PEERS = 4_096;

    private final PeerId self;
    private final InstantSource clock;
    private final KnownPeers peers = new KnownPeers(MOST_PEERS);
    private final List<PeerListener> listeners = new CopyOnWriteArrayList<>();

    /// Nobody is known.
    KnownRecords(PeerId self, InstantSource clock) {
        this.self = self;
        this.clock = clock;
    }

    /// Takes a verified record, and tells the listeners if it is new.
    public void heardOf(Certified<PeerRecord> record) {
        if (record.value().peer().equals(self)) {
            return;
        }
        boolean fresh;
        synchronized (peers) {
            fresh = peers.add(record, clock.millis());
        }
        if (fresh) {
            listeners.forEach(listener -> listener.known(record.value()));
        }
    }

    /// A peer answered.
    public void answered(PeerId peer) {
        synchronized (peers) {
            peers.answered(peer, clock.millis());
        }
    }

    /// A peer no longer answers.
    public void silent(PeerId peer) {
        synchronized (peers) {
            peers.silent(peer);
        }
    }

    /// A peer's record.
    public Optional<Certified<PeerRecord>> find(PeerId peer) {
        synchronized (peers) {
            return peers.find(peer, clock.millis());
        }
    }

    /// The records that match, peers that answered last first.
    public List<PeerRecord> find(PeerQuery query) {
        synchronized (peers) {
            return peers.find(query::matches, clock.millis()).stream().map(Certified::value)
                    .toList();
        }
    }

    /// Drops records whose time is over.
    void expire() {
        synchronized (peers) {
            peers.expire(clock.millis());
        }
    }

    /// Tells a listener of all that is known and of all that becomes known.
    void listen(PeerListener listener) {
        listeners.add(listener);
        find(PeerQuery.ALL).forEach(listener::known);
    }
}
