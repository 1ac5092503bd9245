package network.dchat.meshaccess;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.mesh.Effect;
import network.dchat.mesh.Input;
import network.dchat.mesh.ShardAnswer;
import network.dchat.mesh.ShardRequest;
import network.dchat.peers.Deed;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.wire.v1.ListObjectsRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshEffectsTest {
    private static final PeerId NODE = PeerId.of(
            SigningKey.fromSeed(ByteString.copyFrom(new byte[SigningKey.SEED_LENGTH])).publicKey());

    @TempDir
    private Path directory;

    @Test
    void answersACallThatTheStoppingNodeNoLongerMakes() throws Exception {
        assertThat(answer(new Broken(), _ -> {
            throw new RejectedExecutionException("stopped");
        })).isEqualTo(new ShardAnswer.Failed("the node stops"));
    }

    @Test
    void answersACallThatBreaks() throws Exception {
        assertThat(answer(new Broken(), Runnable::run)).isEqualTo(new ShardAnswer.Failed(
                "unexpected: java.lang.IllegalStateException: broken on purpose"));
    }

    /// The answer that the planner gets to one call.
    private ShardAnswer answer(PeerChannels channels, Executor executor) throws IOException {
        CompletableFuture<ShardAnswer> answered = new CompletableFuture<>();
        try (QueueStore store = new QueueStore(directory);
                LoopTimers timers = new LoopTimers("test")) {
            MeshEffects effects = new MeshEffects(store, channels, executor, timers,
                    InstantSource.system(), new SimpleMeterRegistry());
            CoreLoop<Stamped, Effect> loop = new CoreLoop<>(LoopSettings.named("test"),
                    () -> new Birth<>(stamped -> {
                        if (stamped.input() instanceof Input.Answered(_, ShardAnswer answer, _)) {
                            answered.complete(answer);
                        }
                        return List.of();
                    }, List.of()), effects, timers, new SimpleMeterRegistry(),
                    () -> answered.completeExceptionally(new IllegalStateException("broken")));
            effects.attach(loop);
            loop.start();
            effects.run(new Effect.Query(1, NODE,
                    new ShardRequest.List(ListObjectsRequest.getDefaultInstance()), 1_000));
            ShardAnswer answer = answered.orTimeout(30, TimeUnit.SECONDS).join();
            loop.close();
            return answer;
        }
    }

    /// Channels of a node that is broken.
    private static final class Broken implements PeerChannels {
        @Override
        public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public void hold(PeerId peer, Tie tie) {
            throw new IllegalStateException("hold: unexpected");
        }

        @Override
        public void release(PeerId peer, Tie tie) {
            throw new IllegalStateException("release: unexpected");
        }

        @Override
        public void judge(PeerId peer, Deed deed) {
            throw new IllegalStateException("judge: unexpected");
        }

        @Override
        public double score(PeerId peer) {
            return 0;
        }

        @Override
        public long latencyMicros(PeerId peer) {
            return -1;
        }
    }
}
