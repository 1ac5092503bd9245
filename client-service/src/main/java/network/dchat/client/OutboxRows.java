package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.outbox.Change;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.InboundRow;
import network.dchat.wire.v1.OutgoingRow;
import network.dchat.wire.v1.ProgressRow;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.UserRecord;

/// The rows of the outbox in the store, and what they say about messages: both change in one
/// transaction, so a state is shown exactly when its proof is durable.
final class OutboxRows {
    private static final int ENOUGH_RELAYS = 2;

    private final Store store;
    private final History history;

    OutboxRows(Store store, History history) {
        this.store = store;
        this.history = history;
    }

    /// Makes changes durable, and with them the states that follow from them.
    ///
    /// @return own messages that got their place in the order
    List<String> write(List<Change> changes, long nowMillis) throws IOException {
        List<String> ordered = new ArrayList<>();
        history.change(pages -> {
            for (Change change : changes) {
                String id = change.id().hex();
                switch (change) {
                    case Change.Put(Change.Table table, MessageId _, ByteString row) -> {
                        pages.rows().put(section(table), id, row);
                        if (reached(pages, table, id, row, nowMillis)
                                && table == Change.Table.FINALITY) {
                            ordered.add(id);
                        }
                    }
                    case Change.Removed(Change.Table table, MessageId _) ->
                        pages.rows().remove(section(table), id);
                }
            }
        });
        return ordered;
    }

    /// The rows that a new life of the machine wants, own messages first.
    List<Change.Put> restored() throws IOException {
        List<Change.Put> puts = new ArrayList<>();
        Set<String> outgoing = new HashSet<>();
        for (Change.Table table : Change.Table.values()) {
            if (!table.isRestored()) {
                continue;
            }
            for (Row row : store.all(section(table))) {
                ByteString value = row.value();
                if (table == Change.Table.OUTGOING) {
                    outgoing.add(row.id());
                } else if (table == Change.Table.INBOUND) {
                    value = stillUnordered(row.id(), value);
                }
                if (table != Change.Table.PROGRESS || outgoing.contains(row.id())) {
                    puts.add(new Change.Put(table, MessageId.of(row.id()), value));
                }
            }
        }
        return puts;
    }

    static Section section(Change.Table table) {
        return switch (table) {
            case OUTGOING -> Section.OUTGOING;
            case PROGRESS -> Section.PROGRESS;
            case FINALITY -> Section.FINALITY;
            case EVIDENCE -> Section.EVIDENCE;
            case INBOUND -> Section.INBOUND;
            case RECEIPT -> Section.RECEIPT;
        };
    }

    /// A place that was found but not written down before a crash is asked for again.
    private ByteString stillUnordered(String id, ByteString value) throws IOException {
        Optional<ConversationRow> message = history.find(id);
        if (message.isEmpty() || message.get().hasPosition()
                || message.get().getSecret().isEmpty()) {
            return value;
        }
        try {
            Opening opening = Opening.of(MessageId.of(id), message.get().getSecret());
            return InboundRow.parseFrom(value).toBuilder()
                    .setCommitment(opening.commitment().bytes()).build().toByteString();
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("inbound row " + id + ": does not decode", e);
        }
    }

    /// Writes into the message what a row says about it; false when it is not an own message.
    private static boolean reached(History.Pages pages, Change.Table table, String id,
            ByteString value, long nowMillis) throws IOException {
        Optional<ConversationRow> found = switch (table) {
            case PROGRESS, FINALITY, EVIDENCE -> pages.message(id);
            case OUTGOING, INBOUND, RECEIPT -> Optional.empty();
        };
        if (found.isEmpty()) {
            return false;
        }
        ConversationRow.Builder row = found.get().toBuilder();
        try {
            switch (table) {
                case PROGRESS -> progress(row, ProgressRow.parseFrom(value),
                        pages.rows().get(Section.OUTGOING, id), nowMillis);
                case FINALITY -> {
                    row.setPosition(Finality.parseFrom(value).getPosition());
                    stampFinal(row, nowMillis);
                }
                case EVIDENCE -> {
                    row.setProven(true);
                    stampDelivered(row, nowMillis);
                }
                case OUTGOING, INBOUND, RECEIPT -> throw new IllegalStateException(
                        "table: " + table + " (expected: one of own messages)");
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(table + " row " + id + ": does not decode", e);
        }
        if (DeliveryState.of(row.build()).compareTo(DeliveryState.QUEUED) > 0) {
            row.clearRefusal();
        }
        pages.save(row.build());
        return true;
    }

    private static void progress(ConversationRow.Builder row, ProgressRow progress,
            Optional<ByteString> outgoing, long nowMillis) throws InvalidProtocolBufferException {
        if (progress.getSent() && row.getSentAt() == 0) {
            row.setSentAt(nowMillis);
        }
        if (row.getStoredAt() == 0 && outgoing.isPresent()
                && isStored(progress, OutgoingRow.parseFrom(outgoing.get()))) {
            row.setStoredAt(nowMillis);
        }
        if (progress.getFinal()) {
            stampFinal(row, nowMillis);
        }
        if (progress.getDelivered()) {
            stampDelivered(row, nowMillis);
        }
    }

    private static boolean isStored(ProgressRow progress, OutgoingRow outgoing)
            throws InvalidProtocolBufferException {
        UserRecord record = UserRecord.parseFrom(outgoing.getRecipientRecord().getBody());
        long named = progress.getStoredList().stream().map(SignedBytes::getPublicKey).filter(
                key -> record.getRelaysList().stream().anyMatch(relay -> relay.endsWith(key)))
                .count();
        return named >= Math.min(ENOUGH_RELAYS, record.getRelaysCount());
    }

    private static void stampFinal(ConversationRow.Builder row, long nowMillis) {
        if (row.getFinalAt() == 0) {
            row.setFinalAt(nowMillis);
        }
    }

    private static void stampDelivered(ConversationRow.Builder row, long nowMillis) {
        if (row.getDeliveredAt() == 0) {
            row.setDeliveredAt(nowMillis);
        }
    }

}
