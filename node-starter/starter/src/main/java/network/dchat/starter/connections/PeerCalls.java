package network.dchat.starter.connections;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.discovery.RecordVerifier;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.IdentifyRequest;
import network.dchat.wire.v1.IdentifyResponse;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.PingRequest;
import network.dchat.wire.v1.PingResponse;
import network.dchat.wire.v1.RejectionCode;

/// The questions that a connection is checked with.
final class PeerCalls implements PeerConnections.Checks {
    private static final Duration IDENTIFY_DEADLINE = Duration.ofSeconds(5);
    private static final long NANOS_PER_MICRO = 1_000;

    private final NodeIdentity identity;
    private final OwnPeerRecords own;
    private final RecordVerifier verifier;
    private final KnownRecords known;
    private final InstantSource clock;

    PeerCalls(NodeIdentity identity, OwnPeerRecords own, RecordVerifier verifier,
            KnownRecords known, InstantSource clock) {
        this.identity = identity;
        this.own = own;
        this.verifier = verifier;
        this.known = known;
        this.clock = clock;
    }

    @Override
    public long ping(PeerChannel channel, Duration timeout) {
        long nonce = ThreadLocalRandom.current().nextLong();
        long began = System.nanoTime();
        PingResponse response = PeerGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .ping(PingRequest.newBuilder().setNonce(nonce).build());
        if (response.getNonce() != nonce) {
            throw new IllegalStateException("ping: another number came back");
        }
        return (System.nanoTime() - began) / NANOS_PER_MICRO;
    }

    @Override
    public Optional<Rejection> identify(PeerId peer, PeerChannel channel) {
        IdentifyRequest.Builder request = IdentifyRequest.newBuilder()
                .setNetworkId(identity.networkId().bytes());
        own.toldTo(Dialling.addressOf(channel).scope())
                .ifPresent(record -> request.setPeerRecord(record.signed()));
        try {
            IdentifyResponse response = PeerGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(IDENTIFY_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                    .identify(request.build());
            return check(peer, response);
        } catch (StatusRuntimeException failed) {
            String reason = Rejections.from(failed).map(Object::toString)
                    .orElse(String.valueOf(failed.getMessage()));
            return Optional.of(new Rejection(RejectionCode.UNAVAILABLE, "identify: " + reason));
        }
    }

    private Optional<Rejection> check(PeerId peer, IdentifyResponse response) {
        ByteString network = response.getNetworkId();
        if (!network.equals(identity.networkId().bytes())) {
            return Optional.of(new Rejection(RejectionCode.WRONG_NETWORK,
                    "the peer belongs to another network"));
        }
        if (!response.hasPeerRecord()) {
            return Optional.empty();
        }
        Verified<PeerRecord> record = verifier.verify(response.getPeerRecord(), clock.millis())
                .then(value -> value.peer().equals(peer)
                        ? Verified.accepted(value)
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "record of another peer"));
        record.toOptional().ifPresent(value -> {
            known.heardOf(new Certified<>(value, response.getPeerRecord()));
            known.answered(peer);
        });
        return record.refusal();
    }
}
