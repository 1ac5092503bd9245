package network.dchat.starter.discovery;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import network.dchat.dht.Query;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.connections.PeerConnections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts the peer layer when the node's servers run, and stops it before they stop: signs the
/// node's records, connects, enters the DHT, and walks it at random to get to know peers of every
/// role.
public final class PeerLayer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLayer.class);
    private static final Duration WALK = Duration.ofSeconds(20);
    private static final int ENOUGH_PEERS = 256;
    private static final int MOST_WALKS_IN_VAIN = 3;
    private static final int SELDOM = 15;

    private final OwnPeerRecords own;
    private final KnownRecords known;
    private final NodeDht dht;
    private final PeerConnections connections;
    private final PeerConnections.World world;
    private final Ports ports;
    private final List<Part> parts;
    private final SecureRandom random = new SecureRandom();
    private volatile boolean running;
    private int peersBefore;
    private int walksInVain;

    /// A layer of these parts.
    PeerLayer(Records records, NodeDht dht, PeerConnections connections,
            PeerConnections.World world, Ports ports, List<Part> parts) {
        this.own = records.own;
        this.known = records.known;
        this.dht = dht;
        this.connections = connections;
        this.world = world;
        this.ports = ports;
        this.parts = List.copyOf(parts);
    }

    /// The records of this node and of others.
    record Records(OwnPeerRecords own, KnownRecords known) {}

    /// The ports on which the node listens, known once its servers run.
    interface Ports {
        int grpc();

        int http();
    }

    /// Something that starts and stops with the peer layer.
    public interface Part {
        /// Begins. The node's own records are signed by now.
        void start(List<Certified<PeerRecord>> own) throws IOException;

        /// The node's own records were signed anew.
        void renew(List<Certified<PeerRecord>> own);

        /// Ends.
        void stop();
    }

    @Override
    public void start() {
        List<Certified<PeerRecord>> signed = own.renew(ports.grpc(), ports.http());
        try {
            connections.start();
            for (Part part : parts) {
                part.start(signed);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("peer layer: cannot start", failed);
        }
        running = true;
        world.timers().every(OwnPeerRecords.RENEWAL, this::renew);
        world.timers().every(WALK, this::walk);
    }

    @Override
    public void stop() {
        running = false;
        parts.reversed().forEach(Part::stop);
        connections.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// As late as the servers, which it depends on and so follows.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    private void renew() {
        List<Certified<PeerRecord>> signed = own.renew(ports.grpc(), ports.http());
        known.expire();
        parts.forEach(part -> part.renew(signed));
    }

    /// Walks while walking finds peers, and seldom when it no longer does.
    private void walk() {
        int peers = known.find(PeerQuery.ALL).size();
        walksInVain = peers == peersBefore ? walksInVain + 1 : 0;
        peersBefore = peers;
        boolean seldom = walksInVain > MOST_WALKS_IN_VAIN && walksInVain % SELDOM != 0;
        if (!running || peers >= ENOUGH_PEERS || seldom) {
            return;
        }
        try {
            world.executor().execute(this::lookSomewhere);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=walk-dropped reason=\"the node stops\"");
        }
    }

    private void lookSomewhere() {
        byte[] target = new byte[Hash.LENGTH];
        random.nextBytes(target);
        try {
            dht.lookup(new Query.Closest(new Hash(ByteString.copyFrom(target))));
        } catch (DiscoveryUnavailableException busy) {
            LOG.debug("event=walk-failed reason=\"{}\"", busy.getMessage());
        }
    }
}
