package network.dchat.starter.gossip;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.discovery.PeerLayer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;

/// Gossip as a part of the peer layer: announces the node when it has neighbours, and from then on
/// every ten minutes.
final class GossipPart implements PeerLayer.Part {
    private static final Logger LOG = LoggerFactory.getLogger(GossipPart.class);
    private static final Duration RATING = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration ANNOUNCEMENT = Duration.ofMinutes(10);

    private final NodeGossip gossip;
    private final Announcements announcements;
    private final PeerConnections.World world;
    private final ObjectProvider<GossipListener> listeners;

    GossipPart(NodeGossip gossip, Announcements announcements, PeerConnections.World world,
            ObjectProvider<GossipListener> listeners) {
        this.gossip = gossip;
        this.announcements = announcements;
        this.world = world;
        this.listeners = listeners;
    }

    @Override
    public void start(List<Certified<PeerRecord>> own) throws IOException {
        listeners.orderedStream().forEach(gossip::listen);
        gossip.start();
        world.timers().every(RATING, gossip::rate);
        world.timers().every(ANNOUNCEMENT, this::announce);
        world.timers().after(LOOK, this::announceWhenHeard);
    }

    @Override
    public void renew(List<Certified<PeerRecord>> own) {
        announce();
    }

    @Override
    public void stop() {
        gossip.stop();
    }

    private void announceWhenHeard() {
        if (gossip.linkCount() == 0) {
            world.timers().after(LOOK, this::announceWhenHeard);
            return;
        }
        announce();
        world.timers().after(AGAIN, this::announce);
    }

    private void announce() {
        try {
            world.executor().execute(announcements::announce);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=announcement-dropped reason=\"the node stops\"");
        }
    }
}
