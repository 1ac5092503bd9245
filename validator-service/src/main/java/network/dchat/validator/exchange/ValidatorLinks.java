package network.dchat.validator.exchange;

import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import network.dchat.identity.PeerId;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The streams between this validator and all others: one that each opens to each, opened again
/// with back-off when it breaks. Who the others are changes as the chain decides.
public final class ValidatorLinks {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorLinks.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

    private final Map<PeerId, ValidatorLink> links = new ConcurrentSkipListMap<>();
    private final long queueBytes;
    private final PeerChannels channels;
    private final ExecutorService executor;
    private final LoopTimers timers;
    private final FrameReceiver receiver;
    private volatile boolean running;

    /// Links to nobody so far.
    ///
    /// @param queueBytes bytes waiting to be sent to one validator
    public ValidatorLinks(long queueBytes, PeerChannels channels, ExecutorService executor,
            LoopTimers timers, FrameReceiver receiver) {
        this.queueBytes = queueBytes;
        this.channels = channels;
        this.executor = executor;
        this.timers = timers;
        this.receiver = receiver;
    }

    /// Begins to open streams.
    public void start() {
        running = true;
    }

    /// Opens streams to those who are new among these and ends those to all who are not among
    /// them. For one thread at a time, after [#start].
    public void keepTo(Set<PeerId> validators) {
        for (ValidatorLink link : List.copyOf(links.values())) {
            if (!validators.contains(link.peer())) {
                links.remove(link.peer());
                channels.release(link.peer(), Tie.CONSENSUS);
                link.end();
                receiver.lost(link.peer());
            }
        }
        for (PeerId peer : validators) {
            if (!links.containsKey(peer)) {
                ValidatorLink link = new ValidatorLink(peer, queueBytes);
                links.put(peer, link);
                channels.hold(peer, Tie.CONSENSUS);
                dialSoon(link, Duration.ZERO, FIRST_RETRY);
            }
        }
    }

    /// Opens none any more.
    public void stop() {
        running = false;
    }

    /// Ends all streams, so that nobody waits for them; after [#stop].
    public void end() {
        links.values().forEach(ValidatorLink::end);
    }

    /// Sends messages to all validators.
    public void broadcast(List<ConsensusMessage> messages) {
        List<ConsensusFrame> frames = Frames.pack(messages);
        links.values().forEach(link -> frames.forEach(link::send));
    }

    /// Sends messages to one validator.
    public void send(PeerId peer, List<ConsensusMessage> messages) {
        ValidatorLink link = links.get(peer);
        if (link != null) {
            Frames.pack(messages).forEach(link::send);
        }
    }

    /// How many other validators there are.
    public int size() {
        return links.size();
    }

    /// How many of them can be reached.
    public int open() {
        return (int) links.values().stream().filter(ValidatorLink::isOpen).count();
    }

    /// Whether a validator can be reached.
    public boolean isOpen(PeerId peer) {
        ValidatorLink link = links.get(peer);
        return link != null && link.isOpen();
    }

    /// Frames dropped for want of room or of a stream.
    public long dropped() {
        return links.values().stream().mapToLong(ValidatorLink::dropped).sum();
    }

    /// A peer opens a stream to us.
    StreamObserver<ConsensusFrame> accept(PeerId caller, StreamObserver<ConsensusFrame> answers) {
        ValidatorLink link = links.get(caller);
        var stream = (ServerCallStreamObserver<ConsensusFrame>) answers;
        if (link == null) {
            stream.onError(Rejections.toStatus(RejectionCode.NOT_AUTHORISED,
                    "consensus: between validators only"));
            return new Deaf();
        }
        stream.setOnReadyHandler(link::flush);
        stream.setOnCancelHandler(() -> {
            boolean _ = ended(link, stream);
        });
        link.openedByThem(stream);
        return new Inbound(link, stream);
    }

    private void dialSoon(ValidatorLink link, Duration delay, Duration nextDelay) {
        timers.after(delay, () -> {
            try {
                executor.execute(() -> dial(link, nextDelay));
            } catch (RejectedExecutionException _) {
                LOG.debug("event=dial-dropped reason=\"the node stops\"");
            }
        });
    }

    private void dial(ValidatorLink link, Duration retry) {
        if (!running || !link.equals(links.get(link.peer()))) {
            return;
        }
        try {
            PeerChannel channel = channels.channelTo(link.peer());
            ConsensusGrpc.newStub(channel.channel()).exchange(new Outbound(link));
            LOG.debug("event=consensus-stream-opens peer={}", link.peer().shortName());
        } catch (PeerUnreachableException unreachable) {
            LOG.debug("event=validator-unreachable peer={} reason={}", link.peer().shortName(),
                    unreachable.getMessage());
            dialSoon(link, retry, longer(retry));
        }
    }

    private static Duration longer(Duration retry) {
        Duration doubled = retry.multipliedBy(2);
        return doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
    }

    /// A stream is over; false when we ended it ourselves.
    private boolean ended(ValidatorLink link, CallStreamObserver<ConsensusFrame> stream) {
        boolean open = link.closed(stream);
        if (!link.isOpen()) {
            receiver.lost(link.peer());
        }
        return open;
    }

    private Optional<RuntimeException> take(ValidatorLink link, ConsensusFrame frame) {
        if (!Frames.isWithinLimits(frame)) {
            receiver.abused(link.peer());
            return Optional
                    .of(Rejections.toStatus(RejectionCode.TOO_LARGE, "frame: over its limits"));
        }
        receiver.received(link.peer(), frame);
        return Optional.empty();
    }

    /// What a validator sends over the stream that it opened.
    private final class Inbound implements StreamObserver<ConsensusFrame> {
        private final ValidatorLink link;
        private final ServerCallStreamObserver<ConsensusFrame> stream;

        Inbound(ValidatorLink link, ServerCallStreamObserver<ConsensusFrame> stream) {
            this.link = link;
            this.stream = stream;
        }

        @Override
        public void onNext(ConsensusFrame frame) {
            if (!link.isCurrent(stream)) {
                return;
            }
            take(link, frame).ifPresent(refusal -> {
                if (ended(link, stream)) {
                    stream.onError(refusal);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            boolean _ = ended(link, stream);
        }

        @Override
        public void onCompleted() {
            if (ended(link, stream)) {
                stream.onCompleted();
            }
        }
    }

    /// The stream that we open, and what comes back over it.
    private final class Outbound implements ClientResponseObserver<ConsensusFrame, ConsensusFrame> {
        private final ValidatorLink link;
        private volatile @Nullable ClientCallStreamObserver<ConsensusFrame> stream;
        private volatile boolean ready;

        Outbound(ValidatorLink link) {
            this.link = link;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ConsensusFrame> requests) {
            stream = requests;
            requests.setOnReadyHandler(() -> {
                if (!ready) {
                    ready = true;
                    link.openedByUs(requests);
                }
                link.flush();
            });
        }

        @Override
        public void onNext(ConsensusFrame frame) {
            ClientCallStreamObserver<ConsensusFrame> own = stream;
            take(link, frame).ifPresent(refusal -> {
                if (own != null) {
                    own.cancel("frame over its limits", refusal);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("event=consensus-stream-broke peer={} reason={}", link.peer().shortName(),
                    failure.toString());
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }

        private void end() {
            ClientCallStreamObserver<ConsensusFrame> own = stream;
            if (own != null) {
                boolean _ = ended(link, own);
            }
            dialSoon(link, ready ? FIRST_RETRY : LONGEST_RETRY.dividedBy(4), FIRST_RETRY);
        }
    }

    /// Hears nothing: the stream was refused.
    private static final class Deaf implements StreamObserver<ConsensusFrame> {
        @Override
        public void onNext(ConsensusFrame frame) {
            LOG.trace("event=frame-ignored reason=\"no validator\"");
        }

        @Override
        public void onError(Throwable failure) {
            LOG.trace("event=stream-ended reason=\"no validator\"");
        }

        @Override
        public void onCompleted() {
            LOG.trace("event=stream-ended reason=\"no validator\"");
        }
    }
}
