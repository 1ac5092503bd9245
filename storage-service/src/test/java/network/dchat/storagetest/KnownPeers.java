package network.dchat.storagetest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import network.dchat.identity.Capabilities;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.peers.Deed;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerListener;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.wire.v1.Role;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/// The peers that a test names, in place of those that discovery finds.
@Component
@Primary
final class KnownPeers implements PeerChannels, PeerDirectory, AutoCloseable {
    private final PeerDialler dialler;
    private final Map<PeerId, PeerChannel> channels = new ConcurrentHashMap<>();
    private final Map<PeerId, PeerRecord> records = new ConcurrentHashMap<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    KnownPeers(PeerDialler dialler) {
        this.dialler = dialler;
    }

    void add(PeerId peer, int port, Role role) {
        PeerChannel before = channels.put(peer,
                dialler.dial(new HostAndPort("127.0.0.1", port), Optional.of(peer)));
        if (before != null) {
            before.close();
        }
        records.put(peer,
                new PeerRecord(peer, List.of(),
                        new NodeProfile(Set.of(role), "local", "test", Capabilities.NONE, 0), 1,
                        Long.MAX_VALUE, 0));
    }

    /// No call gets through before the gate opens.
    CountDownLatch shut() {
        gate = new CountDownLatch(1);
        return gate;
    }

    @Override
    public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
        try {
            gate.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        PeerChannel channel = channels.get(peer);
        if (channel == null) {
            throw new PeerUnreachableException(peer, "the test does not name it");
        }
        return channel;
    }

    @Override
    public void hold(PeerId peer, Tie tie) {}

    @Override
    public void release(PeerId peer, Tie tie) {}

    @Override
    public void judge(PeerId peer, Deed deed) {}

    @Override
    public double score(PeerId peer) {
        return 1;
    }

    @Override
    public long latencyMicros(PeerId peer) {
        return -1;
    }

    @Override
    public List<PeerRecord> find(PeerQuery query) {
        return records.values().stream().filter(query::matches).toList();
    }

    @Override
    public Optional<PeerRecord> find(PeerId peer) {
        return Optional.ofNullable(records.get(peer));
    }

    @Override
    public Optional<PeerRecord> lookup(PeerId peer) {
        return find(peer);
    }

    @Override
    public void listen(PeerListener listener) {
        records.values().forEach(listener::known);
    }

    @Override
    public void close() {
        channels.values().forEach(PeerChannel::close);
    }
}
