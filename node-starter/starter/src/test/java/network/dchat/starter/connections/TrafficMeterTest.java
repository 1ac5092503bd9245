package network.dchat.starter.connections;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.peers.Traffic;
import network.dchat.wire.v1.PeerGrpc;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrafficMeterTest {
    private static final PeerId PEER = PeerId.of(
            SigningKey.fromSeed(ByteString.copyFrom(new byte[SigningKey.SEED_LENGTH])).publicKey());

    private final TrafficMeter meter = new TrafficMeter(InstantSource.system());
    private final List<ClientStreamTracer.Factory> asked = new ArrayList<>();

    @Test
    void countsWhatPassesAndForgetsAPeerWithoutCalls() {
        ClientStreamTracer first = call();
        ClientStreamTracer second = call();
        first.outboundMessage(0);
        first.outboundWireSize(10);
        second.inboundMessage(0);
        second.inboundWireSize(20);
        first.streamClosed(Status.OK);
        assertThat(meter.drain()).containsEntry(PEER, new Traffic(20, 10, 1, 1));
        assertThat(meter.size()).isEqualTo(1);

        second.inboundWireSize(5);
        second.streamClosed(Status.CANCELLED);
        assertThat(meter.drain()).containsEntry(PEER, new Traffic(5, 0, 0, 0));
        assertThat(meter.drain()).isEmpty();
        assertThat(meter.size()).isZero();
    }

    private ClientStreamTracer call() {
        meter.outbound(PEER).interceptCall(PeerGrpc.getPingMethod(), CallOptions.DEFAULT,
                new Channel() {
                    @Override
                    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method,
                            CallOptions options) {
                        asked.addAll(options.getStreamTracerFactories());
                        return new Silent<>();
                    }

                    @Override
                    public String authority() {
                        return "nobody";
                    }
                });
        return asked.getLast().newClientStreamTracer(
                ClientStreamTracer.StreamInfo.newBuilder().build(), new Metadata());
    }

    /// A call that leads nowhere.
    private static final class Silent<Q, R> extends ClientCall<Q, R> {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
            listener.onClose(Status.OK, new Metadata());
        }

        @Override
        public void request(int count) {
            assertThat(count).isPositive();
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            assertThat(message).isNotNull();
        }

        @Override
        public void halfClose() {
            assertThat(isReady()).isTrue();
        }

        @Override
        public void sendMessage(Q message) {
            assertThat(message).isNotNull();
        }
    }
}
