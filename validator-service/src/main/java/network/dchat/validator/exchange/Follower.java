package network.dchat.validator.exchange;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import network.dchat.identity.PeerId;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.ChainStatusResponse;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Learns how far the chain is by asking validators, while this node is none and so has no streams
/// to them: each answer is to the core what an announcement is, and it fetches the blocks.
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    /// Validators asked in one turn.
    private static final int ASKED = 4;

    private final PeerChannels channels;
    private final ExecutorService executor;
    private final LoopTimers timers;
    private final FrameReceiver receiver;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile List<PeerId> validators = List.of();
    private volatile boolean running;
    private int turn;

    /// A follower of nobody so far.
    public Follower(PeerChannels channels, ExecutorService executor, LoopTimers timers,
            FrameReceiver receiver) {
        this.channels = channels;
        this.executor = executor;
        this.timers = timers;
        this.receiver = receiver;
    }

    /// Begins to ask.
    void start() {
        running = true;
        schedule();
    }

    /// Asks no more.
    void stop() {
        running = false;
    }

    /// Asks these from now on; none is asked while the list is empty.
    void follow(List<PeerId> others) {
        validators = List.copyOf(others);
        if (running && !others.isEmpty()) {
            schedule();
        }
    }

    private void schedule() {
        if (validators.isEmpty() || !scheduled.compareAndSet(false, true)) {
            return;
        }
        timers.after(PAUSE, () -> {
            try {
                executor.execute(this::ask);
            } catch (RejectedExecutionException _) {
                LOG.debug("event=follower-ends reason=\"the node stops\"");
            }
        });
    }

    /// One turn: some of the validators, others the next time.
    private void ask() {
        try {
            for (PeerId peer : chosen(validators)) {
                if (running) {
                    ask(peer);
                }
            }
        } finally {
            scheduled.set(false);
            if (running) {
                schedule();
            }
        }
    }

    private List<PeerId> chosen(List<PeerId> all) {
        List<PeerId> chosen = new ArrayList<>();
        for (int count = 0; count < Math.min(ASKED, all.size()); count++) {
            chosen.add(all.get(Math.floorMod(turn++, all.size())));
        }
        return chosen;
    }

    private void ask(PeerId peer) {
        try {
            ChainStatusResponse status = ChainGrpc
                    .newBlockingStub(channels.channelTo(peer).channel())
                    .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                    .status(ChainStatusRequest.getDefaultInstance());
            if (status.getHeight() >= 0 && status.getHeight() < Long.MAX_VALUE) {
                HaveState have = HaveState.newBuilder().setHeight(status.getHeight() + 1)
                        .setBaseHeight(status.getFirstHeight()).build();
                receiver.received(peer, ConsensusFrame.newBuilder()
                        .addMessages(ConsensusMessage.newBuilder().setHave(have)).build());
            }
        } catch (PeerUnreachableException | StatusRuntimeException failure) {
            LOG.debug("event=validator-not-asked peer={} reason={}", peer.shortName(),
                    failure.toString());
            receiver.lost(peer);
        }
    }
}
