package network.dchat.starter.discovery;

import java.util.List;
import java.util.Optional;
import network.dchat.dht.Content;
import network.dchat.dht.Outcome;
import network.dchat.dht.Query;
import network.dchat.dht.RecordKey;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The directory over what is known here and what the DHT knows.
final class NodeDirectory implements PeerDirectory {
    private final KnownRecords known;
    private final NodeDht dht;

    NodeDirectory(KnownRecords known, NodeDht dht) {
        this.known = known;
        this.dht = dht;
    }

    @Override
    public List<PeerRecord> find(PeerQuery query) {
        return known.find(query);
    }

    @Override
    public Optional<PeerRecord> find(PeerId peer) {
        return known.find(peer).map(Certified::value);
    }

    @Override
    public Optional<PeerRecord> lookup(PeerId peer) {
        Optional<PeerRecord> here = find(peer);
        if (here.isPresent()) {
            return here;
        }
        try {
            return dht.lookup(
                    new Query.Newest(RecordKey.ofPeer(peer))) instanceof Outcome.Found(var record)
                    && record.content() instanceof Content.OfPeer(PeerRecord found)
                            ? remember(new Certified<>(found, record.signed()))
                            : Optional.empty();
        } catch (DiscoveryUnavailableException _) {
            return Optional.empty();
        }
    }

    @Override
    public void listen(PeerListener listener) {
        known.listen(listener);
    }

    private Optional<PeerRecord> remember(Certified<PeerRecord> record) {
        known.heardOf(record);
        return Optional.of(record.value());
    }
}
