package network.dchat.relay.grpc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.relay.UserStreams;
import network.dchat.starter.connections.AttachedUsers;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/// The streams of attached users.
public final class Attachments implements UserStreams {
    private final AttachedUsers users;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, AttachStream> streams = new ConcurrentHashMap<>();
    private final Map<PeerId, Integer> connections = new ConcurrentHashMap<>();
    private volatile boolean open = true;

    /// No streams so far.
    public Attachments(AttachedUsers users) {
        this.users = users;
    }

    @Override
    public void send(long attachment, Supplier<RelayFrame> frame) {
        AttachStream stream = streams.get(attachment);
        if (stream != null) {
            stream.send(frame);
        }
    }

    @Override
    public void close(long attachment, Rejection reason) {
        AttachStream stream = streams.get(attachment);
        if (stream != null) {
            stream.end(reason);
        }
    }

    @Override
    public void closeAll(Rejection reason) {
        List.copyOf(streams.values()).forEach(stream -> stream.end(reason));
    }

    /// The node stops: users go to their other relays at once.
    @EventListener(ContextClosedEvent.class)
    public void shut() {
        open = false;
        closeAll(Rejection.newBuilder().setCode(RejectionCode.UNAVAILABLE)
                .setReason("the relay stops").build());
    }

    boolean isOpen() {
        return open;
    }

    /// A number for a new attachment; none is used twice.
    long nextNumber() {
        return numbers.incrementAndGet();
    }

    /// Counts a user's node in; why it may not stay, or empty.
    Optional<network.dchat.identity.Rejection> admit(PeerId client) {
        if (connections.merge(client, 1, Integer::sum) > 1) {
            return Optional.empty();
        }
        Optional<network.dchat.identity.Rejection> refusal = users.admit(client);
        if (refusal.isPresent()) {
            connections.remove(client);
        }
        return refusal;
    }

    /// One connection of a user's node is gone.
    void dismiss(PeerId client) {
        if (connections.computeIfPresent(client,
                (_, count) -> count > 1 ? count - 1 : null) == null) {
            users.dismiss(client);
        }
    }

    void register(long attachment, AttachStream stream) {
        streams.put(attachment, stream);
    }

    void forget(long attachment) {
        streams.remove(attachment);
    }
}
