package network.dchat.relay.postgres;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.Change;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.Mailbox;
import network.dchat.starter.postgres.Row;
import org.jspecify.annotations.Nullable;

/// Changes folded into the fewest rows: what was added and removed among them is never written.
///
/// Rows come in an order that does not depend on that of different keys: additions, then removals
/// by number, then what expired.
final class ChangeRows {
    static final short MAIL = 0;
    static final short OUTBOX = 1;

    private static final String USER = "insert into mailbox_user (address, record) values (?, ?)"
            + " on conflict (address) do update set record = excluded.record";
    private static final String FEED = "insert into feed_entry"
            + " (feed, address, sequence, id, expires_at, size, body, hops)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String KNOWN = "insert into known_id (use, id, expires_at)"
            + " values (?, ?, ?) on conflict (use, id) do update"
            + " set expires_at = greatest(known_id.expires_at, excluded.expires_at)";
    private static final String FEED_DONE = "delete from feed_entry"
            + " where feed = ? and address = ? and sequence <= ?";
    private static final String OUTBOX_DONE = "delete from outbox where id = any(?)";
    private static final String OUTBOX_ADDED = "insert into outbox (id, recipient, expires_at,"
            + " size, envelope, hops, sender, commitment, order_number)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String TRANSACTION = "insert into open_transaction"
            + " (hash, sequence, bytes, content) values (?, ?, ?, ?)";
    private static final String INCLUDED = "update open_transaction set included = ?"
            + " where hash = ?";
    private static final String AUDITED = "update open_transaction set audit = ? where hash = ?";
    private static final String TRANSACTION_DONE = "delete from open_transaction"
            + " where hash = any(?)";
    private static final String DELIVERY_DONE = "delete from delivery where id = any(?)";
    private static final String DELIVERY_RETURNED = "update delivery set returned = true"
            + " where id = any(?)";
    private static final String DELIVERY = "insert into delivery"
            + " (id, commitment, expires_at, delivery) values (?, ?, ?, ?)";
    private static final String STATE = "update relay_state set height = greatest(height, ?),"
            + " orders_through = greatest(orders_through, ?),"
            + " transaction_sequence = greatest(transaction_sequence, ?)";

    private final Map<WalletAddress, Change.UserKnown> users = new LinkedHashMap<>();
    private final List<Change.FeedAdded> entries = new ArrayList<>();
    private final Map<KnownKey, Long> known = new LinkedHashMap<>();
    private final Map<Feed, Long> acknowledged = new LinkedHashMap<>();
    private final Map<MessageId, Change.OutboxAdded> outbox = new LinkedHashMap<>();
    private final Set<MessageId> outboxDone = new LinkedHashSet<>();
    private final Map<Hash, Change.TransactionAdded> transactions = new LinkedHashMap<>();
    private final Map<Hash, Change.TransactionIncluded> included = new LinkedHashMap<>();
    private final Map<Hash, Change.RootAudited> audited = new LinkedHashMap<>();
    private final Set<Hash> transactionsDone = new LinkedHashSet<>();
    private final Map<MessageId, Change.DeliveryAdded> deliveries = new LinkedHashMap<>();
    private final Set<MessageId> deliveriesReturned = new LinkedHashSet<>();
    private final Set<MessageId> deliveriesDone = new LinkedHashSet<>();
    private long height;
    private long ordersThrough;
    private long sequence;
    private long sweptMillis;

    private record Feed(FeedKind kind, WalletAddress address) {}

    private record KnownKey(short use, MessageId id) {}

    void add(Change change) {
        switch (change) {
            case Change.UserKnown user -> users.put(user.route().address(), user);
            case Change.FeedAdded added -> {
                entries.add(added);
                if (added.feed() == FeedKind.MAIL) {
                    known.merge(new KnownKey(MAIL, added.id()), added.expiresAtMillis(), Math::max);
                }
            }
            case Change.FeedAcknowledged(FeedKind feed, WalletAddress address, long through) ->
                acknowledged.merge(new Feed(feed, address), through, Math::max);
            case Change.OutboxAdded added -> {
                outbox.put(added.id(), added);
                known.merge(new KnownKey(OUTBOX, added.id()), added.expiresAtMillis(), Math::max);
            }
            case Change.OutboxDone(MessageId id) -> {
                if (outbox.remove(id) == null) {
                    outboxDone.add(id);
                }
            }
            case Change.TransactionAdded added -> {
                transactions.put(added.hash(), added);
                sequence = Math.max(sequence, added.sequence());
                if (added.content() instanceof Change.Content.Orders(_, long through)) {
                    ordersThrough = Math.max(ordersThrough, through);
                }
            }
            case Change.TransactionIncluded each -> included.put(each.hash(), each);
            case Change.RootAudited each -> audited.put(each.hash(), each);
            case Change.TransactionDone(Hash hash) -> {
                included.remove(hash);
                audited.remove(hash);
                if (transactions.remove(hash) == null) {
                    transactionsDone.add(hash);
                }
            }
            case Change.DeliveryAdded added -> deliveries.put(added.id(), added);
            case Change.DeliveryReturned(MessageId id) -> deliveriesReturned.add(id);
            case Change.DeliveryDone(MessageId id) -> {
                deliveriesReturned.remove(id);
                if (deliveries.remove(id) == null) {
                    deliveriesDone.add(id);
                }
            }
            case Change.HeightSeen(long seen) -> height = Math.max(height, seen);
            case Change.Swept(long nowMillis) -> sweptMillis = Math.max(sweptMillis, nowMillis);
            case Change.IdKnown _,Change.NumbersKnown _ -> throw new IllegalStateException(
                    "change: " + change + " (expected: none that is only restored)");
        }
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        users.values().forEach(each -> rows.add(Row.of(USER, each.route().address().bytes(),
                each.route().record().toByteString())));
        entries.forEach(each -> rows.add(Row.of(FEED, ChangeCodec.number(each.feed()),
                each.address().bytes(), each.sequence(), each.id().bytes(), each.expiresAtMillis(),
                each.size(), each.body(), ChangeCodec.hops(each.hops()))));
        known.forEach((key, expiresAt) -> rows
                .add(Row.of(KNOWN, key.use(), key.id().bytes(), expiresAt)));
        acknowledged.forEach((feed, through) -> rows.add(Row.of(FEED_DONE,
                ChangeCodec.number(feed.kind()), feed.address().bytes(), through)));
        each(rows, OUTBOX_DONE, outboxDone.stream().map(MessageId::bytes).toList());
        outbox.values().forEach(each -> rows.add(outboxRow(each)));
        each(rows, DELIVERY_DONE, deliveriesDone.stream().map(MessageId::bytes).toList());
        deliveries.values().forEach(
                each -> rows.add(Row.of(DELIVERY, each.id().bytes(), each.commitment().bytes(),
                        each.expiresAtMillis(), each.delivery().toByteString())));
        each(rows, DELIVERY_RETURNED, deliveriesReturned.stream().map(MessageId::bytes).toList());
        transactions.values()
                .forEach(each -> rows.add(Row.of(TRANSACTION, each.hash().bytes(), each.sequence(),
                        each.bytes(), ChangeCodec.content(each.content()).toByteString())));
        included.values().forEach(each -> rows.add(
                Row.of(INCLUDED, ChangeCodec.included(each).toByteString(), each.hash().bytes())));
        audited.values().forEach(each -> rows.add(
                Row.of(AUDITED, ChangeCodec.audited(each).toByteString(), each.hash().bytes())));
        each(rows, TRANSACTION_DONE, transactionsDone.stream().map(Hash::bytes).toList());
        if (height > 0 || ordersThrough > 0 || sequence > 0) {
            rows.add(Row.of(STATE, height, ordersThrough, sequence));
        }
        if (sweptMillis > 0) {
            sweep(rows);
        }
        return rows;
    }

    private void sweep(List<Row> rows) {
        rows.add(Row.of("delete from feed_entry where expires_at <= ?", sweptMillis));
        rows.add(Row.of("delete from outbox where expires_at <= ?", sweptMillis));
        rows.add(Row.of("delete from known_id where expires_at <= ?",
                sweptMillis - Mailbox.ID_MEMORY_MILLIS));
    }

    private static Row outboxRow(Change.OutboxAdded added) {
        @Nullable
        ByteString sender = added.sender().map(WalletAddress::bytes).orElse(null);
        @Nullable
        ByteString commitment = added.order().map(order -> order.commitment().bytes()).orElse(null);
        @Nullable
        Long number = added.order().map(Change.Order::number).orElse(null);
        return Row.of(OUTBOX_ADDED, added.id().bytes(), added.recipient().bytes(),
                added.expiresAtMillis(), added.size(), added.envelope(),
                ChangeCodec.hops(added.hops()), sender, commitment, number);
    }

    private static void each(List<Row> rows, String sql, List<ByteString> keys) {
        if (!keys.isEmpty()) {
            byte[][] array = new byte[keys.size()][];
            for (int index = 0; index < array.length; index++) {
                array[index] = keys.get(index).toByteArray();
            }
            rows.add(Row.of(sql, (Object) array));
        }
    }
}
