package network.dchat.starter.connections;

import io.grpc.ConnectivityState;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.peers.Deed;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.discovery.RecordVerifier;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.IdentifyRequest;
import network.dchat.wire.v1.IdentifyResponse;
import network.dchat.wire.v1.ObservedAddressRequest;
import network.dchat.wire.v1.ObservedAddressResponse;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.PingRequest;
import network.dchat.wire.v1.PingResponse;
import network.dchat.wire.v1.RejectionCode;

/// `dchat.v1.Peer`: who we are, whether we are there, and how the caller looks from here.
final class PeerService extends PeerGrpc.PeerImplBase {
    private static final String AGENT = "dchat/0.1";
    private static final int DIAL_BACKS_AT_ONCE = 4;

    private final NodeIdentity identity;
    private final OwnPeerRecords own;
    private final RecordVerifier verifier;
    private final KnownRecords known;
    private final Dialling dialling;
    private final PeerChannels channels;
    private final PeerConnections.World world;
    private final Semaphore dialBacks = new Semaphore(DIAL_BACKS_AT_ONCE);
    private final Set<PeerId> dialledBack = ConcurrentHashMap.newKeySet();

    PeerService(NodeIdentity identity, Records records, Dialling dialling, PeerChannels channels,
            PeerConnections.World world) {
        this.identity = identity;
        this.own = records.own;
        this.verifier = records.verifier;
        this.known = records.known;
        this.dialling = dialling;
        this.channels = channels;
        this.world = world;
    }

    /// The records of this node and of others.
    record Records(OwnPeerRecords own, RecordVerifier verifier, KnownRecords known) {}

    @Override
    public void identify(IdentifyRequest request, StreamObserver<IdentifyResponse> observer) {
        PeerId caller = CallerPeer.current();
        Optional<Rejection> refusal = greet(caller, request);
        if (refusal.isPresent()) {
            channels.judge(caller, Deed.REJECTED);
            refuse(refusal.get(), observer);
            return;
        }
        IdentifyResponse.Builder response = IdentifyResponse.newBuilder()
                .setNetworkId(identity.networkId().bytes()).setAgent(AGENT);
        own.toldTo(CallerAddress.scope())
                .ifPresent(record -> response.setPeerRecord(record.signed()));
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private Optional<Rejection> greet(PeerId caller, IdentifyRequest request) {
        if (!request.getNetworkId().equals(identity.networkId().bytes())) {
            return Optional.of(new Rejection(RejectionCode.WRONG_NETWORK,
                    "network id (expected: " + identity.networkId() + ")"));
        }
        if (!request.hasPeerRecord()) {
            return Optional.empty();
        }
        Verified<PeerRecord> record = verifier
                .verify(request.getPeerRecord(), world.clock().millis())
                .then(value -> value.peer().equals(caller)
                        ? Verified.accepted(value)
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "record of another peer"));
        record.toOptional()
                .ifPresent(value -> known.heardOf(new Certified<>(value, request.getPeerRecord())));
        return record.refusal();
    }

    @Override
    public void ping(PingRequest request, StreamObserver<PingResponse> observer) {
        observer.onNext(PingResponse.newBuilder().setNonce(request.getNonce()).build());
        observer.onCompleted();
    }

    /// One question at a time from each caller, and a few in all, since each makes us dial.
    @Override
    public void observedAddress(ObservedAddressRequest request,
            StreamObserver<ObservedAddressResponse> observer) {
        Multiaddr seen = CallerAddress.current();
        PeerId caller = CallerPeer.current();
        if (!dialledBack.add(caller)) {
            refuse(new Rejection(RejectionCode.RATE_LIMITED, "dial-back: one under way"), observer);
            return;
        }
        try {
            if (!dialBacks.tryAcquire()) {
                refuse(new Rejection(RejectionCode.OVERLOADED,
                        "dial-backs: " + DIAL_BACKS_AT_ONCE + " under way"), observer);
                return;
            }
            try {
                observer.onNext(ObservedAddressResponse.newBuilder().setAddress(seen.toString())
                        .setDialable(isDialable(caller, seen)).build());
                observer.onCompleted();
            } finally {
                dialBacks.release();
            }
        } finally {
            dialledBack.remove(caller);
        }
    }

    private void refuse(Rejection rejection, StreamObserver<?> observer) {
        world.meters().counter("dchat.peer.rejections", "code", rejection.name()).increment();
        observer.onError(Rejections.toStatus(rejection.toWire()));
    }

    /// Whether the caller answers at the host it calls from, on a port that its record names. Only
    /// that host is dialled, so that nobody can make us knock at another's door.
    private boolean isDialable(PeerId caller, Multiaddr seen) {
        List<Integer> ports = known.find(caller).map(Certified::value).map(PeerRecord::addresses)
                .orElse(List.of()).stream().map(Multiaddr::port).distinct().limit(2).toList();
        for (int port : ports) {
            PeerChannel channel = dialling.dial(Multiaddr.of(seen.host(), port),
                    Optional.of(caller));
            try {
                if (dialling.await(channel).isEmpty()
                        && channel.managed().getState(false) == ConnectivityState.READY) {
                    return true;
                }
            } finally {
                channel.close();
            }
        }
        return false;
    }
}
