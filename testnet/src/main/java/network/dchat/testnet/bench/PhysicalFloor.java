package network.dchat.testnet.bench;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogSettings;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.testnet.load.Latencies;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.TransactionList;
import org.springframework.util.unit.DataSize;

/// The least that three phases of agreement take on this machine: three one-way hops over a gRPC
/// stream like those between validators (mutual TLS, loopback), and before each hop a forced append
/// to a log like theirs. The first hop carries a batch as a proposal does, the others a vote.
///
/// Nothing is verified, applied or waited for, and only two nodes take part.
final class PhysicalFloor implements AutoCloseable {
    private static final int VOTE_BYTES = 200;
    private static final int HOPS = 3;
    private static final int LEAST_KEEP_ALIVE_SECONDS = 5;
    private static final long PATIENCE_SECONDS = 10;

    private final AppendLog near;
    private final AppendLog far;
    private final Server server;
    private final PeerChannel channel;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Long> ends = new LinkedBlockingQueue<>();
    private final StreamObserver<ConsensusFrame> requests;
    private final ByteString batch;
    private final ByteString vote = ByteString.copyFrom(new byte[VOTE_BYTES]);

    /// Opens two logs in a directory and a stream over loopback.
    ///
    /// @param batchBytes what the first hop carries
    PhysicalFloor(Path directory, int batchBytes) throws IOException {
        batch = ByteString.copyFrom(new byte[batchBytes]);
        near = AppendLog.open(directory.resolve("near"), LogSettings.standard());
        far = AppendLog.open(directory.resolve("far"), LogSettings.standard());
        server = NettyServerBuilder
                .forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        tls("far").server())
                .permitKeepAliveTime(LEAST_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true).executor(executor).addService(new Far()).build()
                .start();
        channel = new PeerDialler(tls("near"),
                new RpcProperties(DataSize.ofMegabytes(4), DataSize.ofMegabytes(1),
                        Duration.ofSeconds(PATIENCE_SECONDS), Duration.ofSeconds(1)),
                executor, List.of())
                .dial(new HostAndPort("127.0.0.1", server.getPort()), Optional.empty());
        requests = ConsensusGrpc.newStub(channel.channel()).exchange(new Near());
    }

    private static PeerTls tls(String name) {
        return new PeerTls(
                SigningKey.fromSeed(
                        Sha256.of(ByteString.copyFromUtf8("physical floor " + name)).bytes()),
                Clock.systemUTC());
    }

    /// Nanoseconds of three hops and three forces, many times, one after the other.
    long[] hopsAndForces(int times) throws IOException, InterruptedException {
        LongStream.Builder nanos = LongStream.builder();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            near.append(batch);
            requests.onNext(frame(batch));
            Long end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (end == null) {
                throw new IOException(
                        "three hops over loopback: not done after " + PATIENCE_SECONDS + " s");
            }
            nanos.add(end - start);
        }
        return nanos.build().toArray();
    }

    /// A forced append of a vote alone, many times.
    Latencies forces(int times) throws IOException {
        LongStream.Builder nanos = LongStream.builder();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            near.append(vote);
            nanos.add(System.nanoTime() - start);
        }
        return Latencies.of(nanos.build());
    }

    private static ConsensusFrame frame(ByteString content) {
        return ConsensusFrame.newBuilder()
                .addMessages(ConsensusMessage.newBuilder()
                        .setTransactions(TransactionList.newBuilder().addTransactions(content)))
                .build();
    }

    private static void append(AppendLog log, ByteString record) {
        try {
            log.append(record);
        } catch (IOException failed) {
            throw new UncheckedIOException("physical floor: a log cannot be written", failed);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        server.shutdownNow();
        executor.shutdown();
        near.close();
        far.close();
    }

    /// Hears the first hop, sends the second, hears the third.
    private final class Far extends ConsensusGrpc.ConsensusImplBase {
        @Override
        public StreamObserver<ConsensusFrame> exchange(StreamObserver<ConsensusFrame> answers) {
            return new StreamObserver<>() {
                private int heard;

                @Override
                public void onNext(ConsensusFrame frame) {
                    heard++;
                    if (heard % (HOPS - 1) == 0) {
                        ends.add(System.nanoTime());
                    } else {
                        append(far, vote);
                        answers.onNext(frame(vote));
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    heard = 0;
                }

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }
    }

    /// Hears the second hop and sends the third.
    private final class Near implements StreamObserver<ConsensusFrame> {
        @Override
        public void onNext(ConsensusFrame frame) {
            append(near, vote);
            requests.onNext(frame(vote));
        }

        @Override
        public void onError(Throwable failure) {
            ends.clear();
        }

        @Override
        public void onCompleted() {
            ends.clear();
        }
    }
}
