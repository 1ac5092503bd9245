package network.dchat.gateway.messages;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import network.dchat.gateway.RefusedException;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/// Passes changes of messages to whoever listens for their owner. What a slow listener has no room
/// for is dropped; it sees the next change.
public final class MessageHub {
    /// Streams of one owner at a time.
    static final int MOST_OF_ONE = 8;

    private static final int BUFFER = 256;

    private final int limit;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Map<WalletAddress, Channel> channels = new ConcurrentHashMap<>();

    /// A hub.
    ///
    /// @param limit listeners at a time
    public MessageHub(int limit) {
        this.limit = limit;
    }

    /// The changes from now on, until the listener leaves; fails with [RefusedException] when there
    /// are too many listeners, of this owner or in all.
    public Flux<MessageView> listen(WalletAddress owner) {
        return Flux.defer(() -> {
            if (listeners.incrementAndGet() > limit) {
                listeners.decrementAndGet();
                return Flux.error(new RefusedException(RejectionCode.OVERLOADED,
                        "events: " + limit + " streams are open"));
            }
            Channel channel = enter(owner);
            if (channel == null) {
                listeners.decrementAndGet();
                return Flux.error(new RefusedException(RejectionCode.OVERLOADED,
                        "events: " + MOST_OF_ONE + " streams of this wallet are open"));
            }
            return channel.sink.asFlux().onBackpressureBuffer(BUFFER, _ -> {
            }).doFinally(_ -> leave(owner));
        });
    }

    /// Tells everyone who listens for the owner.
    public void tell(WalletAddress owner, MessageView view) {
        Channel channel = channels.get(owner);
        if (channel != null) {
            synchronized (channel) {
                Sinks.EmitResult result = channel.sink.tryEmitNext(view);
                if (result == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
                    throw new IllegalStateException("events: emitted by two at once");
                }
            }
        }
    }

    /// Listeners now.
    public int size() {
        return listeners.get();
    }

    /// Nothing when the owner has as many streams as one may have.
    private @Nullable Channel enter(WalletAddress owner) {
        boolean[] entered = {false};
        Channel channel = channels.compute(owner, (_, known) -> {
            Channel found = known == null ? new Channel() : known;
            entered[0] = found.listeners < MOST_OF_ONE;
            found.listeners += entered[0] ? 1 : 0;
            return found;
        });
        return entered[0] ? channel : null;
    }

    private void leave(WalletAddress owner) {
        listeners.decrementAndGet();
        channels.computeIfPresent(owner, (_, channel) -> --channel.listeners == 0 ? null : channel);
    }

    private static final class Channel {
        private final Sinks.Many<MessageView> sink = Sinks.many().multicast().directBestEffort();
        private int listeners;
    }
}
