package network.dchat.starter.hostile;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.PingRequest;
import network.dchat.wire.v1.RejectionCode;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/// A real node and a peer that lies to it, over one connection, so that it is seen when that one
/// does not stay.
final class LyingPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunningNode node;
    private final RunningNode liar;
    private final PeerChannel connection;

    LyingPeer(Path directory, Class<?> application) {
        this(directory, application, Map.of());
    }

    LyingPeer(Path directory, Class<?> application, Map<String, Object> settings) {
        node = start(directory, "node", application, settings);
        liar = start(directory, "liar", TestApplication.class, Map.of());
        connection = liar.context().getBean(PeerDialler.class)
                .dial(new HostAndPort("127.0.0.1", node.grpcPort()), Optional.of(node.peerId()));
        ping();
    }

    RunningNode node() {
        return node;
    }

    RunningNode liar() {
        return liar;
    }

    Channel channel() {
        return connection.channel();
    }

    <T> T bean(Class<T> type) {
        return node.context().getBean(type);
    }

    NetworkId network() {
        return bean(NodeIdentity.class).networkId();
    }

    SigningKey key() {
        return liar.context().getBean(NodeIdentity.class).key();
    }

    /// An honest call, which is answered.
    void ping() {
        PeerGrpc.newBlockingStub(channel()).withDeadlineAfter(PATIENCE)
                .ping(PingRequest.getDefaultInstance());
    }

    /// Runs an attack and tells whether the connection was the same one before, during and after.
    boolean keepsTheConnection(Runnable attack) {
        CompletableFuture<Void> changed = new CompletableFuture<>();
        ping();
        connection.managed().notifyWhenStateChanged(ConnectivityState.READY,
                () -> changed.complete(null));
        attack.run();
        ping();
        return !changed.isDone() && connection.managed().getState(false) == ConnectivityState.READY;
    }

    /// The value of a counter of the node that has these labels and maybe more; 0 when there is
    /// none.
    double count(String meter, String... labels) {
        double sum = 0;
        for (Meter found : bean(MeterRegistry.class).find(meter).tags(labels).meters()) {
            sum += StreamSupport.stream(found.measure().spliterator(), false)
                    .mapToDouble(Measurement::getValue).sum();
        }
        return sum;
    }

    /// The code with which a call is refused.
    static Optional<RejectionCode> refusal(Runnable call) {
        try {
            call.run();
            return Optional.empty();
        } catch (StatusRuntimeException refused) {
            return code(refused);
        }
    }

    static Optional<RejectionCode> code(Throwable failure) {
        return Rejections.from(failure).map(network.dchat.wire.v1.Rejection::getCode);
    }

    /// Sends these bytes as messages of a call and returns how the call ends.
    ///
    /// @param of a call of any type; the messages are sent whatever it takes
    StatusRuntimeException send(MethodDescriptor<?, ?> of, CallOptions options,
            List<byte[]> messages) {
        ClientCall<byte[], byte[]> call = channel().newCall(raw(of),
                options.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture<StatusRuntimeException> ended = new CompletableFuture<>();
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended.complete(status.asRuntimeException(trailers));
            }
        }, new Metadata());
        call.request(1);
        messages.forEach(call::sendMessage);
        call.halfClose();
        return await(ended);
    }

    /// The same with the usual options.
    StatusRuntimeException send(MethodDescriptor<?, ?> of, byte[]... messages) {
        return send(of, CallOptions.DEFAULT, List.of(messages));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static void waitFor(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    static ByteString zeros(int count) {
        return ByteString.copyFrom(new byte[count]);
    }

    @Override
    public void close() {
        connection.close();
        liar.close();
        node.close();
    }

    private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> of) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(of.getFullMethodName()).build();
    }

    /// Starts one more node.
    static RunningNode start(Path directory, String name, Class<?> application,
            Map<String, Object> settings) {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName("test").build());
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(Map.of("dchat.node.name", name, "dchat.node.role", "relay", "dchat.node.genesis",
                genesis.toString(), "dchat.node.data-directory", directory.resolve(name).toString(),
                "dchat.node.listen", "127.0.0.1:0", "dchat.node.http-listen", "127.0.0.1:0",
                "dchat.node.work-bits", FalseRecords.WORK_BITS));
        return RunningNode.start(application, all);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class TestApplication {}
}
