package network.dchat.starter.discovery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.ProofOfWork;
import network.dchat.starter.connections.CallerAddress;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.wire.v1.NatType;
import network.dchat.wire.v1.Role;

/// This node's own signed records: one for each scope in which it can be reached. All hold the same
/// profile; the narrower the scope, the more addresses and the higher the sequence.
public final class OwnPeerRecords {
    /// How long a record holds.
    public static final Duration LIFETIME = Duration.ofHours(6);
    /// After which time a new one is signed.
    public static final Duration RENEWAL = Duration.ofHours(1);

    private static final int SEQUENCES_PER_MILLI = 4;

    private final NodeIdentity identity;
    private final NodeProperties node;
    private final InstantSource clock;
    private volatile List<Certified<PeerRecord>> records = List.of();
    private volatile Optional<Long> work = Optional.empty();

    /// Nothing is signed yet.
    OwnPeerRecords(NodeIdentity identity, NodeProperties node, InstantSource clock) {
        this.identity = identity;
        this.node = node;
        this.clock = clock;
    }

    /// All records, the narrowest scope first; none before the node's ports are known.
    public List<Certified<PeerRecord>> all() {
        return records;
    }

    /// The record that may be told to someone who is reached in this scope.
    public Optional<Certified<PeerRecord>> toldTo(AddressScope listener) {
        return records.stream().filter(record -> record.value().scope().mayBeToldTo(listener))
                .findFirst();
    }

    /// Signs new records.
    List<Certified<PeerRecord>> renew(int grpcPort, int httpPort) {
        List<Multiaddr> addresses = addresses(grpcPort);
        long nonce = work
                .orElseGet(() -> ProofOfWork.solve(identity.key().publicKey(), node.workBits(), 0));
        work = Optional.of(nonce);
        NodeProfile profile = new NodeProfile(Set.of(node.role()), node.region(), node.operator(),
                new Capabilities(node.role() == Role.RELAY, node.role() == Role.STORAGE,
                        NatType.NAT_TYPE_UNSPECIFIED, "", 0),
                httpPort);
        long now = clock.millis();
        List<Certified<PeerRecord>> signed = new ArrayList<>();
        long sequence = now * SEQUENCES_PER_MILLI;
        for (AddressScope scope : List.of(AddressScope.PUBLIC, AddressScope.PRIVATE,
                AddressScope.LOOPBACK)) {
            List<Multiaddr> told = addresses.stream()
                    .filter(address -> address.scope().compareTo(scope) >= 0).toList();
            boolean adds = told.stream().anyMatch(address -> address.scope() == scope);
            if (adds || (scope == AddressScope.LOOPBACK && signed.isEmpty())) {
                signed.addFirst(new PeerRecord(identity.peerId(), told, profile, sequence++,
                        now + LIFETIME.toMillis(), nonce)
                        .sign(identity.networkId(), identity.key()));
            }
        }
        records = List.copyOf(signed);
        return records;
    }

    private List<Multiaddr> addresses(int grpcPort) {
        if (!node.advertise().isEmpty()) {
            return node.advertise().stream().map(Multiaddr::of)
                    .map(address -> address.withPeerId(identity.peerId())).toList();
        }
        HostAndPort listen = HostAndPort.parse(node.listen());
        Multiaddr bound = Multiaddr.of(listen.host(), grpcPort);
        boolean anywhere = listen.host().equals("0.0.0.0") || listen.host().equals("::");
        return (anywhere ? ofAllInterfaces(grpcPort) : List.of(bound)).stream()
                .filter(Multiaddr::isDialable).limit(PeerRecord.MAXIMUM_ADDRESSES)
                .map(address -> address.withPeerId(identity.peerId())).toList();
    }

    private static List<Multiaddr> ofAllInterfaces(int grpcPort) {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress()
                            && !address.isMulticastAddress())
                    .sorted(Comparator.comparing(InetAddress::getHostAddress))
                    .map(address -> CallerAddress.of(address, grpcPort)).toList();
        } catch (SocketException failed) {
            throw new IllegalStateException("network interfaces: cannot be listed", failed);
        }
    }
}
