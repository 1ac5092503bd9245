package network.dchat.relay.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.Input;
import network.dchat.peers.Tie;
import network.dchat.relay.RelayStreams;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.MailboxGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/// The streams between this relay and others: one out to each relay that is owed something, one
/// in from each that forwards here. When a stream out breaks or cannot be opened the machine is
/// told, and sends again after a pause that grows; that opens the next one.
public final class ForwardLinks implements RelayStreams {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardLinks.class);

    private final PeerChannels channels;
    private final ForwardFrames frames;
    private final Desk desk;
    private final Map<PeerId, OutboundForward> outbound = new ConcurrentHashMap<>();
    private final Map<PeerId, InboundForward> inbound = new ConcurrentHashMap<>();
    private volatile boolean open = true;

    /// No streams so far.
    public ForwardLinks(PeerChannels channels, Desk desk) {
        this.channels = channels;
        this.desk = desk;
        this.frames = new ForwardFrames(desk, channels);
    }

    @Override
    public void send(PeerId relay, Supplier<ForwardFrame> frame) {
        if (!open) {
            return;
        }
        OutboundForward link = outbound.get(relay);
        if (link == null) {
            link = new OutboundForward(relay, frames, this::lost);
            outbound.put(relay, link);
            link.send(frame);
            OutboundForward made = link;
            execute(() -> connect(relay, made));
        } else {
            link.send(frame);
        }
    }

    @Override
    public void answer(PeerId relay, Supplier<ForwardFrame> frame) {
        InboundForward asked = inbound.get(relay);
        if (asked != null) {
            asked.send(frame);
            return;
        }
        OutboundForward link = outbound.get(relay);
        if (link != null) {
            link.send(frame);
        }
    }

    /// A relay opened a stream.
    StreamObserver<ForwardFrame> accept(PeerId relay, ServerCallStreamObserver<ForwardFrame> call) {
        InboundForward stream = new InboundForward(relay, call, frames, this::left);
        stream.open();
        inbound.put(relay, stream);
        if (!outbound.containsKey(relay)) {
            desk.inbox().offer(new Input.LinkUp(relay, desk.inbox().now()));
        }
        return stream;
    }

    /// The node stops.
    @EventListener(ContextClosedEvent.class)
    public void shut() {
        open = false;
        List.copyOf(inbound.values()).forEach(InboundForward::stop);
        List.copyOf(outbound.values()).forEach(link -> link.fail("the relay stops"));
    }

    private void connect(PeerId relay, OutboundForward link) {
        try {
            channels.hold(relay, Tie.RELAY);
            PeerChannel channel = channels.channelTo(relay);
            link.open(MailboxGrpc.newStub(channel.channel()));
        } catch (IOException | RuntimeException failed) {
            link.fail(String.valueOf(failed.getMessage()));
        }
    }

    private void lost(OutboundForward link, String reason) {
        PeerId relay = link.relay();
        if (outbound.remove(relay, link)) {
            LOG.info("event=forward-link-down relay={} reason=\"{}\"", relay.shortName(), reason);
            channels.release(relay, Tie.RELAY);
            desk.inbox().tell(new Input.LinkDown(relay, desk.inbox().now()));
        }
    }

    private void left(InboundForward stream) {
        inbound.remove(stream.relay(), stream);
    }

    private void execute(Runnable work) {
        try {
            desk.executor().execute(work);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=work-dropped reason=\"the node stops\"");
        }
    }

    /// How the end of a stream is told.
    @FunctionalInterface
    interface Lost {
        void lost(OutboundForward link, String reason);
    }

    /// How the end of a stream in is told.
    @FunctionalInterface
    interface Left {
        void left(InboundForward stream);
    }
}
