package network.dchat.starter.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.dchat.starter.gossip.NodeGossip;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.wire.v1.DhtGrpc;
import network.dchat.wire.v1.DhtPingRequest;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipGrpc;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node says that takes no more, or nothing of a kind.
class FullNodeTest {
    @TempDir
    private Path directory;

    @Test
    void refusesALinkTooManyAndForgetsIt() {
        try (LyingPeer first = new LyingPeer(directory, LyingPeer.TestApplication.class,
                Map.of("dchat.network.max-connections", 1, "dchat.network.target-connections", 0));
                RunningNode second = LyingPeer.start(directory, "second",
                        LyingPeer.TestApplication.class, Map.of());
                PeerChannel channel = second.context().getBean(PeerDialler.class).dial(
                        new HostAndPort("127.0.0.1", first.node().grpcPort()),
                        Optional.of(first.node().peerId()))) {
            NodeGossip gossip = first.bean(NodeGossip.class);
            CompletableFuture<Throwable> held = new CompletableFuture<>();
            StreamObserver<GossipFrame> kept = talk(first.channel(), held);
            LyingPeer.waitFor("a link", () -> gossip.linkCount() == 1);
            for (int round = 1; round <= 2; round++) {
                CompletableFuture<Throwable> refused = new CompletableFuture<>();
                StreamObserver<GossipFrame> _ = talk(channel.channel(), refused);
                assertThat(LyingPeer.code(LyingPeer.await(refused)))
                        .contains(RejectionCode.OVERLOADED);
                LyingPeer.waitFor("only the first link", () -> gossip.linkCount() == 1);
                assertThat(first.count("dchat.gossip.rejections", "code", "OVERLOADED"))
                        .isEqualTo(round);
            }
            assertThat(held).isNotDone();
            kept.onCompleted();
            LyingPeer.waitFor("no link", () -> gossip.linkCount() == 0);
        }
    }

    @Test
    void saysAtOnceThatItHasNoDht() {
        try (LyingPeer liar = new LyingPeer(directory, LyingPeer.TestApplication.class,
                Map.of("dchat.network.dht-enabled", false))) {
            assertThat(LyingPeer.refusal(() -> DhtGrpc.newBlockingStub(liar.channel())
                    .ping(DhtPingRequest.getDefaultInstance())))
                    .contains(RejectionCode.UNAVAILABLE);
            assertThat(liar.count("dchat.dht.rejections", "code", "UNAVAILABLE")).isEqualTo(1);
            assertThat(liar.count("dchat.loop.inputs.waiting", "loop", "dht")).isZero();
        }
    }

    private static StreamObserver<GossipFrame> talk(Channel channel,
            CompletableFuture<Throwable> ended) {
        return GossipGrpc.newStub(channel).exchange(new StreamObserver<>() {
            @Override
            public void onNext(GossipFrame frame) {
                assertThat(frame).isNotNull();
            }

            @Override
            public void onError(Throwable failure) {
                ended.complete(failure);
            }

            @Override
            public void onCompleted() {
                ended.complete(new IllegalStateException("completed"));
            }
        });
    }
}
