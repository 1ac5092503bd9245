package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;

/// What a relay's database is to do with the changes, in memory: the model for the real one.
final class StoreModel {
    private final Map<WalletAddress, Change.UserKnown> users = new LinkedHashMap<>();
    private final Map<FeedKind, Map<WalletAddress, Entries>> feeds = Map.of(FeedKind.MAIL,
            new LinkedHashMap<>(), FeedKind.EVENTS, new LinkedHashMap<>());
    private final Map<MessageId, Change.OutboxAdded> outbox = new LinkedHashMap<>();
    private final Map<Hash, Change.TransactionAdded> transactions = new LinkedHashMap<>();
    private final Map<Hash, Change.TransactionIncluded> included = new LinkedHashMap<>();
    private final Map<Hash, Change.RootAudited> audited = new LinkedHashMap<>();
    private final Map<MessageId, Change.DeliveryReturned> returned = new LinkedHashMap<>();
    private final Map<MessageId, Change.DeliveryAdded> deliveries = new LinkedHashMap<>();
    private final Map<MessageId, Change.IdKnown> mailIds = new LinkedHashMap<>();
    private final Map<MessageId, Change.IdKnown> outboxIds = new LinkedHashMap<>();
    /// A feed's entries by number.
    private static final class Entries extends TreeMap<Long, Change.FeedAdded> {
        private static final long serialVersionUID = 1;
    }

    private long height;
    private long ordersThrough;
    private long sequence;

    void apply(Change change) {
        switch (change) {
            case Change.UserKnown known -> users.put(known.route().address(), known);
            case Change.FeedAdded added -> {
                rows(added.feed(), added.address()).put(added.sequence(), added);
                if (added.feed() == FeedKind.MAIL) {
                    mailIds.put(added.id(), new Change.IdKnown(Change.IdUse.MAIL, added.id(),
                            added.expiresAtMillis()));
                }
            }
            case Change.FeedAcknowledged(FeedKind feed, WalletAddress address, long through) ->
                rows(feed, address).headMap(through, true).clear();
            case Change.OutboxAdded added -> {
                outbox.put(added.id(), added);
                outboxIds.put(added.id(), new Change.IdKnown(Change.IdUse.OUTBOX, added.id(),
                        added.expiresAtMillis()));
            }
            case Change.OutboxDone(MessageId id) -> outbox.remove(id);
            case Change.TransactionAdded added -> {
                transactions.put(added.hash(), added);
                sequence = Math.max(sequence, added.sequence());
                if (added.content() instanceof Change.Content.Orders(_, long through)) {
                    ordersThrough = Math.max(ordersThrough, through);
                }
            }
            case Change.TransactionIncluded each -> included.put(each.hash(), each);
            case Change.TransactionDone(Hash hash) -> {
                transactions.remove(hash);
                included.remove(hash);
                audited.remove(hash);
            }
            case Change.RootAudited each -> audited.put(each.hash(), each);
            case Change.DeliveryAdded added -> deliveries.put(added.id(), added);
            case Change.DeliveryReturned each -> returned.put(each.id(), each);
            case Change.DeliveryDone(MessageId id) -> {
                deliveries.remove(id);
                returned.remove(id);
            }
            case Change.HeightSeen(long seen) -> height = Math.max(height, seen);
            case Change.Swept(long nowMillis) -> sweep(nowMillis);
            case Change.IdKnown _,Change.NumbersKnown _ -> throw new IllegalStateException(
                    "change: " + change + " (expected: none that is only restored)");
        }
    }

    /// What the machine is restored from, without bodies.
    List<Change> rows() {
        List<Change> rows = new ArrayList<>();
        rows.add(new Change.NumbersKnown(ordersThrough, sequence));
        rows.add(new Change.HeightSeen(height));
        rows.addAll(users.values());
        rows.addAll(mailIds.values());
        rows.addAll(outboxIds.values());
        for (Map<WalletAddress, Entries> feed : feeds.values()) {
            for (Entries entries : feed.values()) {
                for (Change.FeedAdded row : entries.values()) {
                    rows.add(new Change.FeedAdded(row.feed(), row.address(), row.sequence(),
                            row.id(), row.expiresAtMillis(), row.size(), ByteString.EMPTY,
                            List.of()));
                }
            }
        }
        for (Change.OutboxAdded row : outbox.values()) {
            rows.add(new Change.OutboxAdded(row.id(), row.recipient(), row.expiresAtMillis(),
                    row.size(), ByteString.EMPTY, row.hops(), row.sender(), row.order()));
        }
        rows.addAll(deliveries.values());
        rows.addAll(returned.values());
        rows.addAll(transactions.values());
        rows.addAll(included.values());
        rows.addAll(audited.values());
        return rows;
    }

    List<LoadedEntry> load(Effect.LoadFeed load) {
        return rows(load.feed(), load.address()).subMap(load.after(), false, load.through(), true)
                .values().stream()
                .map(row -> new LoadedEntry(row.sequence(), row.body(), row.hops())).toList();
    }

    List<LoadedEnvelope> load(Effect.LoadEnvelopes load) {
        return outbox.values().stream().filter(row -> load.ids().contains(row.id()))
                .map(row -> new LoadedEnvelope(row.id(), row.envelope())).toList();
    }

    boolean hasHadMail(MessageId id) {
        return mailIds.containsKey(id);
    }

    private void sweep(long nowMillis) {
        feeds.values().forEach(feed -> feed.values().forEach(
                entries -> entries.values().removeIf(row -> row.expiresAtMillis() <= nowMillis)));
        outbox.values().removeIf(row -> row.expiresAtMillis() <= nowMillis);
        mailIds.values()
                .removeIf(row -> row.expiresAtMillis() + Mailbox.ID_MEMORY_MILLIS <= nowMillis);
        outboxIds.values()
                .removeIf(row -> row.expiresAtMillis() + Mailbox.ID_MEMORY_MILLIS <= nowMillis);
    }

    private Entries rows(FeedKind kind, WalletAddress address) {
        Map<WalletAddress, Entries> feed = feeds.get(kind);
        if (feed == null) {
            throw new IllegalStateException("feed: " + kind);
        }
        return feed.computeIfAbsent(address, _ -> new Entries());
    }
}
