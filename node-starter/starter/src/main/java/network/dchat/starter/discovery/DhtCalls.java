package network.dchat.starter.discovery;

import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.dht.Destination;
import network.dchat.dht.DhtCodec;
import network.dchat.dht.Effect;
import network.dchat.dht.Input;
import network.dchat.dht.Request;
import network.dchat.dht.Response;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.Dialling;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.wire.v1.DhtGrpc;

/// Carries out the calls of the DHT core: each becomes one RPC and one input. Blocks.
final class DhtCalls {
    private static final long DEADLINE_MILLIS = 3_000;

    private final DhtCodec codec;
    private final PeerConnections connections;
    private final Dialling dialling;
    private final InstantSource clock;

    DhtCalls(DhtCodec codec, PeerConnections connections, Dialling dialling, InstantSource clock) {
        this.codec = codec;
        this.connections = connections;
        this.dialling = dialling;
        this.clock = clock;
    }

    Input perform(Effect.Call call) {
        try {
            return switch (call.to()) {
                case Destination.Node(var record) -> {
                    PeerChannel channel = connections.channelFor(record.value());
                    yield ask(call, channel);
                }
                case Destination.Entry(Multiaddr address) -> {
                    try (PeerChannel channel = dialling.dial(address, address.peerId())) {
                        yield ask(call, channel);
                    }
                }
            };
        } catch (PeerUnreachableException | StatusRuntimeException failed) {
            return new Input.CallFailed(call.callId(), String.valueOf(failed.getMessage()),
                    clock.millis());
        } catch (RuntimeException failed) {
            return new Input.CallFailed(call.callId(), "unexpected: " + failed, clock.millis());
        }
    }

    private Input ask(Effect.Call call, PeerChannel channel) {
        DhtGrpc.DhtBlockingStub stub = DhtGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        Verified<Response> answer = ask(call.request(), call.sender(), stub);
        Optional<PeerId> from = channel.peer();
        if (from.isEmpty()) {
            return new Input.CallFailed(call.callId(), "nobody in the TLS session", clock.millis());
        }
        return switch (answer) {
            case Verified.Accepted<Response>(Response response) ->
                new Input.ResponseReceived(call.callId(), from.get(), Dialling.addressOf(channel),
                        response, clock.millis());
            case Verified.Rejected<Response>(Rejection rejection) -> {
                connections.judge(from.get(), Deed.MISBEHAVED);
                yield new Input.CallFailed(call.callId(),
                        rejection.name() + ": " + rejection.reason(), clock.millis());
            }
        };
    }

    private Verified<Response> ask(Request request, Optional<Certified<PeerRecord>> sender,
            DhtGrpc.DhtBlockingStub stub) {
        return switch (request) {
            case Request.Ping() ->
                codec.read(stub.ping(DhtCodec.writePing(sender)), clock.millis());
            case Request.FindNode find ->
                codec.read(stub.findNode(DhtCodec.write(find, sender)), clock.millis());
            case Request.FindValue find ->
                codec.read(stub.findValue(DhtCodec.write(find, sender)), clock.millis());
            case Request.Store store -> codec.read(stub.store(DhtCodec.write(store, sender)));
        };
    }
}
