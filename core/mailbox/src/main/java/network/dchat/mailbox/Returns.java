package network.dchat.mailbox;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.MailboxEvent;

/// Receipts that come back along return handles: kept for their senders until these have them.
final class Returns {
    private static final int REMEMBERED_TRANSFERS = 100_000;

    private final ReturnTokens tokens;
    private final Feeds feeds;
    private final SeenIds returned;
    private final Set<User> newEvents = new LinkedHashSet<>();

    Returns(ReturnTokens tokens, Feeds feeds, long seed) {
        this.tokens = tokens;
        this.feeds = feeds;
        this.returned = new SeenIds(REMEMBERED_TRANSFERS, seed);
    }

    /// Another relay returns a receipt.
    void receive(PeerId from, VerifiedReturn receipt, Turn turn) {
        if (keep(receipt, turn)) {
            turn.acknowledge(from, receipt.transfer());
        }
    }

    /// Keeps a receipt for its sender; false when it has to be returned again later.
    boolean keep(VerifiedReturn receipt, Turn turn) {
        Optional<WalletAddress> sender = tokens.open(receipt.returned().getToken(), turn.now());
        if (sender.isEmpty()) {
            turn.count(Counter.RETURN_UNKNOWN);
            return true;
        }
        if (returned.contains(receipt.transfer().bytes())) {
            return true;
        }
        Optional<User> user = feeds.obtain(sender.get());
        if (user.isEmpty() || !feeds.hasRoom(user.get(), FeedKind.EVENTS, 0)) {
            turn.count(Counter.RETURN_OVER_QUOTA);
            return false;
        }
        returned.add(receipt.transfer().bytes());
        MailboxEvent.Builder event = MailboxEvent.newBuilder();
        if (receipt.returned().hasEvidence()) {
            event.setDelivery(receipt.returned().getEvidence());
        } else {
            event.setReceipt(receipt.returned().toBuilder().clearToken().clearId());
        }
        feeds.add(
                user.get(), FeedKind.EVENTS, new Feeds.Body(receipt.id(),
                        turn.now() + Mailbox.EVENT_MILLIS, event.build().toByteString(), List.of()),
                turn);
        newEvents.add(user.get());
        return true;
    }

    /// Pushes what was kept in this turn.
    void flush(Turn turn) {
        for (User user : newEvents) {
            feeds.pump(user, FeedKind.EVENTS, turn);
        }
        newEvents.clear();
    }
}
