package network.dchat.starter.discovery;

import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import network.dchat.dht.Caller;
import network.dchat.dht.DhtCodec;
import network.dchat.dht.Request;
import network.dchat.dht.Response;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.CallerAddress;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.DhtGrpc;
import network.dchat.wire.v1.DhtPingRequest;
import network.dchat.wire.v1.DhtPingResponse;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.FindNodeResponse;
import network.dchat.wire.v1.FindValueRequest;
import network.dchat.wire.v1.FindValueResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoreRequest;
import network.dchat.wire.v1.StoreResponse;

/// `dchat.v1.Dht`: answers other nodes. Whatever does not verify never reaches the core.
final class DhtService extends DhtGrpc.DhtImplBase {
    private final NodeDht dht;
    private final DhtCodec codec;
    private final PeerChannels channels;
    private final MeterRegistry meters;
    private final InstantSource clock;

    DhtService(NodeDht dht, DhtCodec codec, PeerChannels channels, MeterRegistry meters,
            InstantSource clock) {
        this.dht = dht;
        this.codec = codec;
        this.channels = channels;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void ping(DhtPingRequest request, StreamObserver<DhtPingResponse> observer) {
        serve(request.getSender(), Verified.accepted(new Request.Ping()),
                response -> DhtCodec.write((Response.Pong) response), observer);
    }

    @Override
    public void findNode(FindNodeRequest request, StreamObserver<FindNodeResponse> observer) {
        serve(request.getSender(), codec.read(request),
                response -> DhtCodec.write((Response.Nodes) response), observer);
    }

    @Override
    public void findValue(FindValueRequest request, StreamObserver<FindValueResponse> observer) {
        serve(request.getSender(), codec.read(request),
                response -> DhtCodec.write((Response.Value) response), observer);
    }

    /// A record that breaks a rule is refused in the response, so that its sender learns why.
    @Override
    public void store(StoreRequest request, StreamObserver<StoreResponse> observer) {
        Verified<Request> read = codec.read(request, clock.millis());
        if (read instanceof Verified.Rejected<Request>(Rejection rejection)) {
            refuse(rejection);
            observer.onNext(DhtCodec.write(new Response.Stored(Optional.of(rejection))));
            observer.onCompleted();
            return;
        }
        serve(request.getSender(), read, response -> {
            Response.Stored stored = (Response.Stored) response;
            stored.rejection().ifPresent(this::count);
            return DhtCodec.write(stored);
        }, observer);
    }

    private <R> void serve(SignedBytes sender, Verified<Request> request,
            Function<Response, R> write, StreamObserver<R> observer) {
        PeerId peer = CallerPeer.current();
        Verified<R> answer = codec.readSender(sender, peer, clock.millis())
                .then(record -> request.then(
                        asked -> dht.answer(new Caller(peer, CallerAddress.scope(), record), asked))
                        .then(response -> Verified.accepted(write.apply(response))));
        switch (answer) {
            case Verified.Accepted<R>(R response) -> {
                observer.onNext(response);
                observer.onCompleted();
            }
            case Verified.Rejected<R>(Rejection rejection) -> {
                refuse(rejection);
                observer.onError(Rejections.toStatus(rejection.toWire()));
            }
        }
    }

    private void refuse(Rejection rejection) {
        count(rejection);
        boolean ours = rejection.code() == RejectionCode.OVERLOADED
                || rejection.code() == RejectionCode.UNAVAILABLE;
        if (!ours && rejection.code() != RejectionCode.EXPIRED) {
            channels.judge(CallerPeer.current(), Deed.REJECTED);
        }
    }

    private void count(Rejection rejection) {
        meters.counter("dchat.dht.rejections", "code", rejection.name()).increment();
    }
}
