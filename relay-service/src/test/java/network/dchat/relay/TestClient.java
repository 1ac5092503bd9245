package network.dchat.relay;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.AttachProofs;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionBatch;
import org.springframework.util.unit.DataSize;

/// A node that speaks `Mailbox` to a relay, well or badly, over a real connection.
final class TestClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final TestUser user;
    final PeerId relay;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerChannel channel;
    private final MailboxGrpc.MailboxStub stub;

    TestClient(TestUser user, RunningNode relay) {
        this.user = user;
        this.relay = relay.peerId();
        PeerDialler dialler = new PeerDialler(new PeerTls(user.node(), Clock.systemUTC()),
                new RpcProperties(DataSize.ofMegabytes(4), DataSize.ofMegabytes(1),
                        Duration.ofSeconds(5), Duration.ofSeconds(1)),
                executor, List.of());
        this.channel = dialler.dial(new HostAndPort("127.0.0.1", relay.grpcPort()),
                Optional.of(this.relay));
        this.stub = MailboxGrpc.newStub(channel.channel());
    }

    PeerChannel channel() {
        return channel;
    }

    /// A stream and what came over it.
    static final class Stream<Q, R> implements StreamObserver<R> {
        final LinkedBlockingQueue<R> frames = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        StreamObserver<Q> out = new StreamObserver<>() {
            @Override
            public void onNext(Q value) {
                throw new IllegalStateException("not open");
            }

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException("not open");
            }

            @Override
            public void onCompleted() {
                throw new IllegalStateException("not open");
            }
        };

        @Override
        public void onNext(R frame) {
            frames.add(frame);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onCompleted() {
            failures.add(new IllegalStateException("completed"));
        }

        /// The next frame that matches; others are dropped.
        R await(String what, Predicate<R> wanted) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (System.nanoTime() < end) {
                R frame = frames.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (frame != null && wanted.test(frame)) {
                    return frame;
                }
            }
            throw new AssertionError(
                    what + ": not within " + PATIENCE_SECONDS + " s; failures " + failures);
        }

        Throwable awaitFailure() throws InterruptedException {
            Throwable failure = failures.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (failure == null) {
                throw new AssertionError("the stream did not end");
            }
            return failure;
        }
    }

    /// Opens a stream and waits for the challenge.
    Challenged challenged() throws InterruptedException {
        Stream<AttachFrame, RelayFrame> stream = new Stream<>();
        stream.out = stub.attach(stream);
        ByteString nonce = stream.await("challenge", RelayFrame::hasChallenge).getChallenge()
                .getNonce();
        return new Challenged(stream, nonce);
    }

    /// A stream that waits for its hello.
    record Challenged(Stream<AttachFrame, RelayFrame> stream, ByteString nonce) {}

    AttachHello hello(ByteString nonce, List<PeerId> homes) {
        long now = System.currentTimeMillis();
        return AttachHello.newBuilder()
                .setProof(AttachProofs.make(user.network(),
                        new AttachProofs.Connection(nonce, relay, user.peer()), user.address(),
                        user.device()))
                .setDeviceCertificate(user.certificate(now).signed())
                .setUserRecord(user.record(homes, now)).build();
    }

    /// Opens the user's mailbox.
    Attached attach(List<PeerId> homes) throws InterruptedException {
        Challenged challenged = challenged();
        challenged.stream().out.onNext(
                AttachFrame.newBuilder().setHello(hello(challenged.nonce(), homes)).build());
        RelayFrame frame = challenged.stream().await("attached", RelayFrame::hasAttached);
        return new Attached(challenged.stream(), frame.getAttached().getTokensList(),
                frame.getAttached().getWaiting());
    }

    /// An open mailbox.
    record Attached(Stream<AttachFrame, RelayFrame> stream, List<ByteString> tokens, long waiting) {
        void submit(List<SignedBytes> submissions) {
            stream.out.onNext(AttachFrame.newBuilder()
                    .setSubmissions(SubmissionBatch.newBuilder().addAllSubmissions(submissions))
                    .build());
        }
    }

    Stream<ForwardFrame, ForwardFrame> forward() {
        Stream<ForwardFrame, ForwardFrame> stream = new Stream<>();
        stream.out = stub.forward(stream);
        return stream;
    }

    @Override
    public void close() {
        channel.close();
        executor.shutdownNow();
    }
}
