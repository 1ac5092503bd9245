package network.dchat.starter.gossip;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.InstantSource;
import network.dchat.gossip.Rumor;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.discovery.RecordVerifier;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells all nodes of this one, and hears of them: so that nodes of a role are known without being
/// looked for.
final class Announcements implements GossipListener {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private final NodeGossip gossip;
    private final OwnPeerRecords own;
    private final RecordVerifier verifier;
    private final KnownRecords known;
    private final NodeDht dht;
    private final InstantSource clock;

    Announcements(NodeGossip gossip, OwnPeerRecords own, RecordVerifier verifier,
            KnownRecords known, NodeDht dht, InstantSource clock) {
        this.gossip = gossip;
        this.own = own;
        this.verifier = verifier;
        this.known = known;
        this.dht = dht;
        this.clock = clock;
    }

    /// Says where this node is and what it does; each record travels within its scope. Blocks.
    void announce() {
        for (Certified<PeerRecord> record : own.all()) {
            gossip.broadcast(GossipKind.PEER_ANNOUNCEMENT, record.signed().toByteString())
                    .ifPresent(rejection -> LOG.debug("event=announcement-refused code={}",
                            rejection.name()));
        }
    }

    @Override
    public GossipKind kind() {
        return GossipKind.PEER_ANNOUNCEMENT;
    }

    @Override
    public void heard(Rumor rumor) {
        try {
            SignedBytes signed = SignedBytes.parseFrom(rumor.payload());
            verifier.verify(signed, clock.millis()).toOptional().ifPresent(record -> {
                Certified<PeerRecord> announced = new Certified<>(record, signed);
                known.heardOf(announced);
                dht.seen(announced);
            });
        } catch (InvalidProtocolBufferException _) {
            LOG.debug("event=announcement-malformed origin={}", rumor.origin().shortName());
        }
    }
}
