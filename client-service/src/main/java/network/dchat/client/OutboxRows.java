package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.UserRoute;
import network.dchat.mailbox.outbox.Change;
import network.dchat.mailbox.outbox.MessageState;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.OutgoingRow;
import network.dchat.wire.v1.Submission;
import network.dchat.wire.v1.UserRecord;

/// The rows of the outbox in the store, and what they say about messages: both change in one
/// transaction, so a state is shown exactly when its proof is durable.
final class OutboxRows {
    private final Store store;
    private final History history;
    private final BlockTimes blockTimes;

    /// What the archive is to know.
    ///
    /// @param ordered  messages that got their place in the order
    /// @param advanced messages that have one and got further
    record News(List<String> ordered, List<String> advanced) {
        News {
            ordered = List.copyOf(ordered);
            advanced = List.copyOf(advanced);
        }
    }

    OutboxRows(Store store, History history, BlockTimes blockTimes) {
        this.store = store;
        this.history = history;
        this.blockTimes = blockTimes;
    }

    /// Makes changes durable, and with them what they say about messages.
    ///
    /// @return messages of which the archive is to know more
    News write(List<Change> changes, long nowMillis) throws IOException {
        List<String> ordered = new ArrayList<>();
        List<String> advanced = new ArrayList<>();
        history.change(pages -> {
            for (Change change : changes) {
                String id = change.id().hex();
                switch (change) {
                    case Change.Put(Change.Table table, MessageId _, ByteString row) -> {
                        pages.rows().put(section(table), id, row);
                        if (table == Change.Table.EVIDENCE) {
                            edit(pages, id, message -> message.setProven(true));
                        }
                    }
                    case Change.Removed(Change.Table table, MessageId _) ->
                        pages.rows().remove(section(table), id);
                    case Change.Reached(MessageId _, MessageState state) -> {
                        edit(pages, id, message -> stamp(message, state, nowMillis));
                        if (state.compareTo(MessageState.DELIVERED) >= 0 && advance(pages, id)) {
                            advanced.add(id);
                        }
                    }
                    case Change.Placed(MessageId _, OrderPosition position) -> {
                        long at = blockTimes.at(position.height()).orElse(nowMillis);
                        edit(pages, id, message -> place(message, position, nowMillis, at));
                        if (pages.message(id).isPresent()) {
                            pages.rows().put(Section.ARCHIVE, id, Archiver.ORDERED);
                            ordered.add(id);
                        }
                    }
                }
            }
        });
        return new News(ordered, advanced);
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
                if (table == Change.Table.OUTGOING) {
                    outgoing.add(row.id());
                }
                if (table != Change.Table.PROGRESS || outgoing.contains(row.id())) {
                    puts.add(new Change.Put(table, MessageId.of(row.id()), row.value()));
                }
            }
        }
        return puts;
    }

    /// An own message as it was given to the outbox; empty when it is done.
    Optional<OutgoingMessage> outgoing(MessageId id) throws IOException {
        Optional<ByteString> value = store.get(Section.OUTGOING, id.hex());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        OutgoingRow row = OutgoingRow.parseFrom(value.get());
        Submission submission = Submission.parseFrom(row.getSubmission().getBody());
        UserRecord record = UserRecord.parseFrom(row.getRecipientRecord().getBody());
        UserRoute route = new UserRoute(
                WalletAddress.of(new PublicKey(row.getRecipientRecord().getPublicKey())),
                record.getRelaysList().stream().flatMap(relay -> PeerId.parse(relay).stream())
                        .toList(),
                record.getSequence(), record.getExpiresAt(), row.getRecipientRecord());
        return Optional.of(new OutgoingMessage(id,
                OrderCommitment.parse(submission.getCommitment()).orElseThrow(),
                submission.getEnvelope().getExpiresAt(), row.getSubmission(), route));
    }

    /// Has a message archived once more; one without its place in the order will be anyway.
    static boolean advance(History.Pages pages, String id) throws IOException {
        Optional<ConversationRow> row = pages.message(id).filter(ConversationRow::hasPosition);
        if (row.isPresent()) {
            pages.rows().put(Section.ARCHIVE, id, Archiver.advanced(DeliveryState.of(row.get())));
        }
        return row.isPresent();
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

    /// Changes a message, where there is one: what only marks others as read has none.
    private static void edit(History.Pages pages, String id,
            UnaryOperator<ConversationRow.Builder> edit) throws IOException {
        Optional<ConversationRow> row = pages.message(id);
        if (row.isPresent()) {
            pages.save(edit.apply(row.get().toBuilder()).build());
        }
    }

    /// An own message is final when that is known here; a received one was final with its block.
    private static ConversationRow.Builder place(ConversationRow.Builder row,
            OrderPosition position, long nowMillis, long blockMillis) {
        boolean known = row.getOutgoing() || row.getFinalAt() > 0;
        return stamp(row.setPosition(position.toWire()), MessageState.FINAL,
                known ? nowMillis : blockMillis);
    }

    /// How many messages are on their way.
    int outgoing() throws IOException {
        return store.count(Section.OUTGOING);
    }

    /// The first time at which a state was reached counts.
    private static ConversationRow.Builder stamp(ConversationRow.Builder row, MessageState state,
            long nowMillis) {
        switch (state) {
            case QUEUED -> row.setQueuedAt(first(row.getQueuedAt(), nowMillis));
            case SENT -> row.clearRefusal().setSentAt(first(row.getSentAt(), nowMillis));
            case STORED -> row.clearRefusal().setStoredAt(first(row.getStoredAt(), nowMillis));
            case FINAL -> row.clearRefusal().setFinalAt(first(row.getFinalAt(), nowMillis));
            case DELIVERED ->
                row.clearRefusal().setDeliveredAt(first(row.getDeliveredAt(), nowMillis));
            case READ -> row.clearRefusal().setReadAt(first(row.getReadAt(), nowMillis));
        }
        return row;
    }

    private static long first(long earlier, long nowMillis) {
        return earlier == 0 ? nowMillis : earlier;
    }
}
