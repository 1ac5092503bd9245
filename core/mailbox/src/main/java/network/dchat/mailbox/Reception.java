package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Stored;

/// The home relay's side: takes envelopes for the mailboxes that name this relay.
///
/// | the recipient's record | the envelope is |
/// |---|---|
/// | names this relay | stored and acknowledged; known already: acknowledged again |
/// | names others | answered `MOVED` |
/// | is not known, or was looked up long ago | parked until the look-up is answered |
/// | cannot be found | answered `UNAVAILABLE` |
final class Reception {
    private static final long RECORD_RETRY_MILLIS = 2_000;
    private static final long QUOTA_RETRY_MILLIS = 30_000;

    private final PeerId self;
    private final MailboxLimits limits;
    private final Feeds feeds;
    private final Routes routes;
    private final SeenIds seen;
    private final Map<WalletAddress, List<Parked>> parked = new LinkedHashMap<>();
    private final Set<User> touched = new LinkedHashSet<>();
    private int parkedEnvelopes;

    /// An envelope that waits for its recipient's record.
    private record Parked(PeerId from, VerifiedForward forward) {}

    Reception(PeerId self, MailboxLimits limits, Feeds feeds, Routes routes, long seed) {
        this.self = self;
        this.limits = limits;
        this.feeds = feeds;
        this.routes = routes;
        this.seen = new SeenIds(limits.holding().rememberedIds(), seed);
    }

    /// Whether a message was ever stored in a mailbox here, as far as is remembered.
    boolean knows(MessageId id) {
        return seen.contains(id.bytes());
    }

    void remember(MessageId id) {
        seen.add(id.bytes());
    }

    int parkedEnvelopes() {
        return parkedEnvelopes;
    }

    /// Another relay passed an envelope on.
    void receive(PeerId from, VerifiedForward forward, Turn turn) {
        if (seen.contains(forward.id().bytes())) {
            turn.count(Counter.ENVELOPE_DUPLICATE);
            turn.answer(from, durable(forward, turn.now()));
            return;
        }
        if (forward.envelope().getExpiresAt() <= turn.now()) {
            turn.count(Counter.ENVELOPE_EXPIRED);
            decline(from, forward, Refusals.of(RejectionCode.EXPIRED, "envelope: expired"), turn);
            return;
        }
        Optional<UserRoute> route = route(forward.recipient(), turn);
        if (route.isEmpty()) {
            park(from, forward, turn);
        } else {
            decide(from, forward, route.get(), turn);
        }
    }

    /// Stores a message for a user of this relay: why not, or empty.
    Optional<Rejection> store(WalletAddress recipient, Feeds.Body body, Turn turn) {
        if (seen.contains(body.id().bytes())) {
            return Optional.empty();
        }
        Optional<User> user = feeds.obtain(recipient);
        if (user.isEmpty() || !feeds.hasRoom(user.get(), FeedKind.MAIL, body.bytes().size())) {
            turn.count(Counter.ENVELOPE_OVER_QUOTA);
            return Optional.of(
                    Refusals.of(RejectionCode.QUOTA_EXCEEDED, "mailbox: full", QUOTA_RETRY_MILLIS));
        }
        seen.add(body.id().bytes());
        feeds.add(user.get(), FeedKind.MAIL, body, turn);
        touched.add(user.get());
        return Optional.empty();
    }

    /// A record was found: what waited for it is decided.
    void routeFound(UserRoute route, Turn turn) {
        for (Parked waiting : release(route.address())) {
            decide(waiting.from(), waiting.forward(), route, turn);
        }
    }

    /// A record was not found: what waits is decided by the one known before, or refused for now.
    void routeMissing(WalletAddress address, Turn turn) {
        Optional<UserRoute> known = routes.known(address, turn.now());
        for (Parked waiting : release(address)) {
            if (known.isPresent()) {
                decide(waiting.from(), waiting.forward(), known.get(), turn);
            } else {
                turn.count(Counter.ENVELOPE_WITHOUT_RECORD);
                decline(waiting.from(), waiting.forward(), Refusals.of(RejectionCode.UNAVAILABLE,
                        "recipient: no user record found", RECORD_RETRY_MILLIS), turn);
            }
        }
    }

    /// Pushes what was stored in this turn.
    void flush(Turn turn) {
        for (User user : touched) {
            feeds.pump(user, FeedKind.MAIL, turn);
        }
        touched.clear();
    }

    private void decide(PeerId from, VerifiedForward forward, UserRoute route, Turn turn) {
        if (!route.names(self)) {
            turn.count(Counter.ENVELOPE_MOVED);
            decline(from, forward,
                    Refusals.of(RejectionCode.MOVED, "recipient: names other relays"), turn);
            return;
        }
        Optional<Rejection> refusal = store(forward.recipient(),
                new Feeds.Body(forward.id(), forward.envelope().getExpiresAt(),
                        forward.envelope().toByteString(), forward.hops()),
                turn);
        if (refusal.isPresent()) {
            decline(from, forward, refusal.get(), turn);
        } else {
            turn.answer(from, durable(forward, turn.now()));
        }
    }

    /// The record to decide by; empty when it must be looked up first. A user who has been away may
    /// have moved: the record is asked for again, and what was taken meanwhile is passed on.
    private Optional<UserRoute> route(WalletAddress recipient, Turn turn) {
        Optional<User> user = feeds.user(recipient);
        Optional<UserRoute> own = user.flatMap(User::route)
                .filter(route -> route.expiresAtMillis() > turn.now() && route.names(self));
        if (own.isEmpty()) {
            return routes.known(recipient, turn.now())
                    .filter(_ -> routes.isFresh(recipient, Routes.STALE_MILLIS, turn.now()));
        }
        boolean away = user.filter(found -> found.attachments.isEmpty()).isPresent();
        if (away && !routes.isFresh(recipient, Routes.FRESH_MILLIS, turn.now())) {
            routes.search(recipient, turn);
        }
        return own;
    }

    private void park(PeerId from, VerifiedForward forward, Turn turn) {
        if (parkedEnvelopes >= limits.links().parked()) {
            turn.count(Counter.ENVELOPE_OVERLOADED);
            decline(from, forward,
                    Refusals.of(RejectionCode.OVERLOADED,
                            "too many envelopes wait for a user record", RECORD_RETRY_MILLIS),
                    turn);
            return;
        }
        parkedEnvelopes++;
        parked.computeIfAbsent(forward.recipient(), _ -> new ArrayList<>())
                .add(new Parked(from, forward));
        routes.search(forward.recipient(), turn);
    }

    private List<Parked> release(WalletAddress address) {
        List<Parked> waiting = parked.remove(address);
        if (waiting == null) {
            return List.of();
        }
        parkedEnvelopes -= waiting.size();
        return waiting;
    }

    private static void decline(PeerId from, VerifiedForward forward, Rejection rejection,
            Turn turn) {
        turn.answer(from, new Effect.EnvelopeAnswer.Declined(forward.id(), rejection));
    }

    private static Effect.EnvelopeAnswer durable(VerifiedForward forward, long nowMillis) {
        return new Effect.EnvelopeAnswer.Durable(forward.id(),
                stored(forward.id(), forward.envelope().getExpiresAt(), nowMillis));
    }

    /// The words that this relay signs about a message that it has.
    static Stored stored(MessageId id, long expiresAtMillis, long nowMillis) {
        return Stored.newBuilder().setMessageId(id.bytes()).setExpiresAt(expiresAtMillis)
                .setStoredAt(nowMillis).build();
    }
}
