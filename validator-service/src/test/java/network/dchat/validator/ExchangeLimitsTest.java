package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.KeyFile;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a validator that lies may open at another.
class ExchangeLimitsTest {
    private static final int STREAMS = 20;

    /// The node may see the streams in another order than the one in which they were opened.
    @Test
    void endsAStreamWhenItsPeerOpensALaterOne(@TempDir Path directory) throws Exception {
        try (ValidatorFleet fleet = new ValidatorFleet(directory, 2, Map.of())) {
            fleet.start(0);
            PeerTls liar = new PeerTls(KeyFile.loadOrCreate(fleet.data(1).resolve("node.key")),
                    Clock.systemUTC());
            PeerDialler dialler = new PeerDialler(liar,
                    fleet.node(0).context().getBean(RpcProperties.class),
                    fleet.node(0).context().getBean(ExecutorService.class), List.of());
            try (PeerChannel channel = dialler.dial(
                    new HostAndPort("127.0.0.1", fleet.node(0).grpcPort()), Optional.empty())) {
                List<Ended> ends = new ArrayList<>();
                List<StreamObserver<ConsensusFrame>> streams = new ArrayList<>();
                for (int count = 0; count < STREAMS; count++) {
                    Ended end = new Ended();
                    ends.add(end);
                    streams.add(ConsensusGrpc.newStub(channel.channel()).exchange(end));
                    streams.getLast().onNext(announcement());
                }
                ValidatorFleet.await("all but one ended",
                        () -> ends.stream().filter(end -> end.how.isDone()).count() == STREAMS - 1);
                int left = -1;
                for (int stream = 0; stream < STREAMS; stream++) {
                    if (!ends.get(stream).how.isDone()) {
                        left = stream;
                    } else {
                        assertThat(
                                Rejections.from(ends.get(stream).how.get()).orElseThrow().getCode())
                                .isEqualTo(RejectionCode.CONFLICT);
                    }
                }
                assertThat(left).as("the stream that is left").isNotNegative();
                ValidatorFleet.await("counted as one", () -> reachable(fleet) == 1);
                streams.get(left).onCompleted();
                Throwable last = ends.get(left).how.get(10, TimeUnit.SECONDS);
                assertThat(Status.fromThrowable(last).getCode()).isEqualTo(Status.Code.OK);
                ValidatorFleet.await("gone", () -> reachable(fleet) == 0);
            }
        }
    }

    private static int reachable(ValidatorFleet fleet) {
        return fleet.node(0).context().getBean(ValidatorNode.class).reachable();
    }

    private static ConsensusFrame announcement() {
        return ConsensusFrame.newBuilder().addMessages(ConsensusMessage.newBuilder()
                .setHave(HaveState.newBuilder().setHeight(1).setBaseHeight(1))).build();
    }

    /// Waits for the end of a stream.
    private static final class Ended implements StreamObserver<ConsensusFrame> {
        private final CompletableFuture<Throwable> how = new CompletableFuture<>();

        @Override
        public void onNext(ConsensusFrame frame) {
            assertThat(frame.getMessagesCount()).isPositive();
        }

        @Override
        public void onError(Throwable failure) {
            how.complete(failure);
        }

        @Override
        public void onCompleted() {
            how.complete(Status.OK.asException());
        }
    }
}
