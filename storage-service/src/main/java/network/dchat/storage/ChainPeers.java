package network.dchat.storage;

import io.grpc.Channel;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.wire.v1.Role;
import org.springframework.beans.factory.ObjectProvider;

/// The validators and relays that the peer layer knows.
final class ChainPeers implements NodeRegistration.Chain {
    private final ObjectProvider<PeerDirectory> directory;
    private final ObjectProvider<PeerChannels> channels;

    ChainPeers(ObjectProvider<PeerDirectory> directory, ObjectProvider<PeerChannels> channels) {
        this.directory = directory;
        this.channels = channels;
    }

    @Override
    public List<PeerId> peers() {
        PeerDirectory known = directory.getIfAvailable();
        return known == null
                ? List.of()
                : Stream.of(Role.VALIDATOR, Role.RELAY)
                        .flatMap(role -> known.find(PeerQuery.of(role)).stream())
                        .map(PeerRecord::peer).distinct().toList();
    }

    @Override
    public Channel channelTo(PeerId peer) throws PeerUnreachableException {
        PeerChannels connected = channels.getIfAvailable();
        if (connected == null) {
            throw new PeerUnreachableException(peer, "this node has no peer layer");
        }
        return connected.channelTo(peer).channel();
    }
}
