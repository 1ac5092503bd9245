package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.Outgoing.Home;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The relay's outbox: messages on their way to every relay of their recipients.
///
/// | state of a message | left when |
/// |---|---|
/// | no route | the recipient's record is found (looked up again until then) |
/// | routed | every named relay has it or declined it, and its commitment is placed: done |
/// | fewer than two have it, the rest declined | the record is found again: all are tried |
/// | expired | dropped by the sweep |
final class Forwarding {
    private static final long DEAD_PAUSE_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 1_000;

    private final PeerId self;
    private final MailboxLimits limits;
    private final Parts parts;
    private final Map<MessageId, Outgoing> messages = new LinkedHashMap<>();
    private final Map<WalletAddress, Set<MessageId>> byRecipient = new HashMap<>();
    private final Map<WalletAddress, Integer> bySender = new HashMap<>();
    /// Those that two relays have and a third does not: the first to go when room is needed.
    private final Map<MessageId, Outgoing> safe = new LinkedHashMap<>();
    /// Those that this relay, being a home relay itself, is about to store.
    private final Set<MessageId> local = new LinkedHashSet<>();
    private final Map<Long, Load> loads = new HashMap<>();
    private final BodyCache<MessageId> cache;

    private record Load(Effect.LoadEnvelopes effect, PeerId relay) {}

    /// The machine's other parts, as this one needs them.
    interface Parts {
        Routes routes();

        Links links();

        Feeds feeds();

        /// Stores a message in a mailbox of this relay: why not, or empty.
        Optional<Rejection> storeHere(Outgoing message, ByteString envelope, Turn turn);

        /// This relay's signed word that it has a message.
        SignedBytes signStored(Outgoing message, long nowMillis);

        /// Whether a commitment is in a transaction.
        boolean isOrdered(Change.Order order);

        long nextLoad();
    }

    Forwarding(PeerId self, MailboxLimits limits, Parts parts) {
        this.self = self;
        this.limits = limits;
        this.parts = parts;
        this.cache = new BodyCache<>(limits.holding().cacheBytes() / 2);
    }

    Optional<Outgoing> find(MessageId id) {
        return Optional.ofNullable(messages.get(id));
    }

    int size() {
        return messages.size();
    }

    boolean waitsFor(WalletAddress recipient) {
        return byRecipient.containsKey(recipient);
    }

    /// Whether one more message fits; makes room by dropping what two relays have.
    boolean hasRoom(Optional<WalletAddress> sender, Turn turn) {
        int ofSender = sender.map(address -> bySender.getOrDefault(address, 0)).orElse(0);
        if (ofSender >= limits.users().outboxMessages()) {
            return false;
        }
        if (messages.size() < limits.holding().outboxMessages()) {
            return true;
        }
        Iterator<Outgoing> oldest = safe.values().iterator();
        if (!oldest.hasNext()) {
            return false;
        }
        done(oldest.next(), turn);
        turn.count(Counter.OUTBOX_DROPPED_SAFE);
        return true;
    }

    /// Takes a message and sends it on its way.
    Outgoing add(Change.OutboxAdded added, Turn turn) {
        turn.change(added);
        Outgoing message = restore(added);
        cache.put(added.id(), added.envelope());
        begin(message, turn);
        return message;
    }

    /// Messages whose commitments are in no transaction.
    List<Outgoing> unordered() {
        return messages.values().stream()
                .filter(message -> message.order.filter(parts::isOrdered).isEmpty()
                        && message.order.isPresent())
                .toList();
    }

    Outgoing restore(Change.OutboxAdded added) {
        Outgoing message = new Outgoing(added);
        if (messages.put(added.id(), message) != null) {
            throw new IllegalStateException(
                    "outbox: " + added.id() + " twice (expected: each once)");
        }
        byRecipient.computeIfAbsent(message.recipient, _ -> new LinkedHashSet<>()).add(message.id);
        message.sender.ifPresent(sender -> bySender.merge(sender, 1, Integer::sum));
        return message;
    }

    void restore(Change.OutboxDone done) {
        Outgoing message = messages.get(done.id());
        if (message != null) {
            remove(message);
        }
    }

    /// Sends everything that was restored on its way.
    void start(Turn turn) {
        for (Outgoing message : messages.values()) {
            begin(message, turn);
        }
    }

    /// Tells the sender again which relays have a message.
    void tellAgain(Outgoing message, Turn turn) {
        for (Home home : message.homes.values()) {
            if (home instanceof Home.Durable(SignedBytes stored)) {
                tell(message, stored, turn);
            }
        }
    }

    /// A recipient's record was found: those that no longer are its relays are left out, all others
    /// are tried, again too if they declined.
    void routeFound(UserRoute route, Turn turn) {
        for (MessageId id : List.copyOf(byRecipient.getOrDefault(route.address(), Set.of()))) {
            Outgoing message = messages.get(id);
            if (message != null) {
                follow(message, route, turn);
            }
        }
    }

    /// A home relay answered.
    void answered(PeerId from, ForwardAnswer answer, Turn turn) {
        Parcel.Mail parcel = new Parcel.Mail(answer.id());
        Outgoing message = messages.get(answer.id());
        if (message == null || !message.isPending(from)) {
            parts.links().answered(from, parcel);
            return;
        }
        switch (answer) {
            case ForwardAnswer.Durable(_, long expiresAtMillis, SignedBytes stored) -> {
                parts.links().answered(from, parcel);
                if (expiresAtMillis == message.expiresAtMillis) {
                    durable(message, from, stored, turn);
                } else {
                    declined(message, from, turn);
                }
            }
            case ForwardAnswer.Declined(_, Rejection rejection) -> {
                if (isForLater(rejection.getCode())) {
                    retry(from, parcel, rejection, turn);
                } else {
                    parts.links().answered(from, parcel);
                    declined(message, from, turn);
                }
            }
        }
    }

    /// A message's commitment is in a transaction.
    void ordered(MessageId id, Turn turn) {
        Outgoing message = messages.get(id);
        if (message != null) {
            settle(message, turn);
        }
    }

    boolean wants(PeerId relay, MessageId id) {
        Outgoing message = messages.get(id);
        return message != null && message.isPending(relay);
    }

    /// Sends messages to a relay; fetches those whose bodies are not in memory.
    void send(PeerId relay, List<MessageId> ids, Turn turn) {
        List<MessageId> absent = new ArrayList<>();
        Map<MessageId, ByteString> bodies = new LinkedHashMap<>();
        for (MessageId id : ids) {
            ByteString body = cache.get(id);
            if (body == null) {
                absent.add(id);
            } else {
                bodies.put(id, body);
            }
        }
        carry(relay, bodies, turn);
        if (!absent.isEmpty()) {
            Load load = new Load(new Effect.LoadEnvelopes(parts.nextLoad(), absent), relay);
            loads.put(load.effect().load(), load);
            turn.effect(load.effect());
        }
    }

    /// The store returned bodies.
    void loaded(Input.EnvelopesLoaded input, Turn turn) {
        Load load = loads.remove(input.load());
        if (load == null) {
            return;
        }
        Map<MessageId, ByteString> bodies = new LinkedHashMap<>();
        for (LoadedEnvelope loaded : input.envelopes()) {
            if (wants(load.relay(), loaded.id())) {
                bodies.put(loaded.id(), loaded.envelope());
            }
        }
        for (MessageId id : load.effect().ids()) {
            Outgoing message = messages.get(id);
            if (message != null && message.isPending(load.relay()) && !bodies.containsKey(id)) {
                turn.count(Counter.BODY_MISSING);
                done(message, turn);
            }
        }
        carry(load.relay(), bodies, turn);
    }

    /// Tries a load that failed again.
    boolean retry(long load, Turn turn) {
        Load failed = loads.get(load);
        if (failed != null) {
            turn.effect(failed.effect());
        }
        return failed != null;
    }

    boolean isLoading(long load) {
        return loads.containsKey(load);
    }

    /// Relays do not answer: perhaps their users have moved.
    void unreachable(List<MessageId> ids, Turn turn) {
        for (MessageId id : ids) {
            Outgoing message = messages.get(id);
            if (message != null && !parts.routes().isFresh(message.recipient, Routes.STALE_MILLIS,
                    turn.now())) {
                parts.routes().search(message.recipient, turn);
            }
        }
    }

    /// Stores what is for mailboxes of this relay itself.
    void flush(Turn turn) {
        if (!local.isEmpty()) {
            List<MessageId> ids = local.stream().filter(id -> wants(self, id)).toList();
            local.clear();
            int frame = limits.links().frameItems();
            for (int from = 0; from < ids.size(); from += frame) {
                send(self, ids.subList(from, Math.min(ids.size(), from + frame)), turn);
            }
        }
    }

    /// Drops what is over.
    void sweep(Turn turn) {
        List<Outgoing> over = messages.values().stream()
                .filter(message -> message.expiresAtMillis <= turn.now()).toList();
        for (Outgoing message : over) {
            turn.count(Counter.OUTBOX_EXPIRED, message.isSafe() ? 0 : 1);
            remove(message);
        }
    }

    private void begin(Outgoing message, Turn turn) {
        Optional<UserRoute> route = parts.routes().known(message.recipient, turn.now());
        route.ifPresent(known -> follow(message, known, turn));
        if (route.isEmpty()
                || !parts.routes().isFresh(message.recipient, Routes.FRESH_MILLIS, turn.now())) {
            parts.routes().search(message.recipient, turn);
        }
    }

    private void follow(Outgoing message, UserRoute route, Turn turn) {
        message.homes.keySet().removeIf(relay -> !route.names(relay));
        for (PeerId relay : route.relays()) {
            Home home = message.homes.get(relay);
            if (message.passed(relay)) {
                message.homes.put(relay, new Home.Declined());
            } else if (home == null || home instanceof Home.Declined) {
                message.homes.put(relay, new Home.Pending());
                if (relay.equals(self)) {
                    local.add(message.id);
                } else {
                    parts.links().add(relay, new Parcel.Mail(message.id));
                }
            }
        }
        settle(message, turn);
    }

    private void carry(PeerId relay, Map<MessageId, ByteString> bodies, Turn turn) {
        List<Effect.OutgoingEnvelope> frame = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<MessageId, ByteString> body : bodies.entrySet()) {
            Outgoing message = messages.get(body.getKey());
            if (message == null) {
                continue;
            }
            if (relay.equals(self)) {
                storeHere(message, body.getValue(), turn);
                continue;
            }
            if (!frame.isEmpty() && bytes + body.getValue().size() > limits.links().frameBytes()) {
                turn.effect(new Effect.SendEnvelopes(relay, frame));
                frame = new ArrayList<>();
                bytes = 0;
            }
            bytes += body.getValue().size();
            frame.add(new Effect.OutgoingEnvelope(message.id, body.getValue(), message.hops,
                    Hop.newBuilder().setMessageId(message.id.bytes()).setNext(relay.toBytes())
                            .setAtMillis(turn.now()).build()));
        }
        if (!frame.isEmpty()) {
            turn.effect(new Effect.SendEnvelopes(relay, frame));
        }
    }

    private void storeHere(Outgoing message, ByteString envelope, Turn turn) {
        Optional<Rejection> refusal = parts.storeHere(message, envelope, turn);
        if (refusal.isEmpty()) {
            durable(message, self, parts.signStored(message, turn.now()), turn);
        } else {
            declined(message, self, turn);
        }
    }

    private void durable(Outgoing message, PeerId relay, SignedBytes stored, Turn turn) {
        message.homes.put(relay, new Home.Durable(stored));
        message.dead = 0;
        tell(message, stored, turn);
        settle(message, turn);
    }

    private void declined(Outgoing message, PeerId relay, Turn turn) {
        message.homes.put(relay, new Home.Declined());
        settle(message, turn);
    }

    private void retry(PeerId relay, Parcel parcel, Rejection rejection, Turn turn) {
        long delay = Math.clamp(rejection.getRetryAfterMillis(), RETRY_MILLIS,
                limits.links().backOffMillis());
        if (rejection.getCode() == RejectionCode.OVERLOADED
                || rejection.getCode() == RejectionCode.RATE_LIMITED) {
            parts.links().pause(relay, delay, turn);
        }
        parts.links().delay(relay, parcel, delay, turn);
    }

    private void settle(Outgoing message, Turn turn) {
        boolean ordered = message.order.map(parts::isOrdered).orElse(true);
        if (message.isSafe() && ordered) {
            if (message.anyPending()) {
                safe.put(message.id, message);
            } else {
                done(message, turn);
            }
        } else if (!message.isSafe() && !message.homes.isEmpty() && !message.anyPending()) {
            long pause = Math.min(limits.links().backOffMillis(),
                    DEAD_PAUSE_MILLIS << Math.min(message.dead, 10));
            message.dead++;
            parts.routes().searchLater(message.recipient, pause, turn);
        }
    }

    private void tell(Outgoing message, SignedBytes stored, Turn turn) {
        message.sender.flatMap(parts.feeds()::user).ifPresent(
                user -> turn.tell(user, MailboxEvent.newBuilder().setStored(stored).build()));
    }

    private void done(Outgoing message, Turn turn) {
        turn.change(new Change.OutboxDone(message.id));
        remove(message);
    }

    private void remove(Outgoing message) {
        messages.remove(message.id);
        cache.remove(message.id);
        safe.remove(message.id);
        local.remove(message.id);
        Set<MessageId> sameRecipient = byRecipient.get(message.recipient);
        if (sameRecipient != null && sameRecipient.remove(message.id) && sameRecipient.isEmpty()) {
            byRecipient.remove(message.recipient);
        }
        message.sender.ifPresent(sender -> bySender.computeIfPresent(sender,
                (_, count) -> count == 1 ? null : count - 1));
    }

    private static boolean isForLater(RejectionCode code) {
        return switch (code) {
            case RATE_LIMITED, OVERLOADED, UNAVAILABLE, QUOTA_EXCEEDED -> true;
            default -> false;
        };
    }
}
