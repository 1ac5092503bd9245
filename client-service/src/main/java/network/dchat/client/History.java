package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.client.store.Transaction;
import network.dchat.wire.v1.ConversationRow;

/// All messages of this user: rows in the store, their order and words in memory. Safe for many
/// threads.
final class History {
    private final Store store;
    private final MessageIndex index = new MessageIndex();

    /// What is done within one transaction over messages and other rows.
    @FunctionalInterface
    interface Change {
        void apply(Pages pages) throws IOException;
    }

    /// Messages within a transaction.
    static final class Pages {
        private final Transaction rows;
        private final List<ConversationRow> changed = new ArrayList<>();

        private Pages(Transaction rows) {
            this.rows = rows;
        }

        /// Other rows of the same transaction.
        Transaction rows() {
            return rows;
        }

        Optional<ConversationRow> message(String id) throws IOException {
            Optional<ByteString> bytes = rows.get(Section.MESSAGE, id);
            return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
        }

        Optional<ConversationRow> draft(String id) throws IOException {
            Optional<ByteString> bytes = rows.get(Section.DRAFT, id);
            return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
        }

        /// Writes a message; one with an id ends its draft.
        void save(ConversationRow row) throws IOException {
            String id = MessageIndex.id(row);
            if (row.getId().isEmpty()) {
                rows.put(Section.DRAFT, id, row.toByteString());
            } else {
                rows.put(Section.MESSAGE, id, row.toByteString());
            }
            changed.add(row);
        }
    }

    /// The history in this store.
    ///
    /// @throws IOException when it cannot be read
    History(Store store) throws IOException {
        this.store = store;
        for (Section section : List.of(Section.DRAFT, Section.MESSAGE)) {
            for (Row row : store.all(section)) {
                index.show(parse(row.value()));
            }
        }
    }

    /// Changes messages and other rows together; what is shown changes when it is durable.
    void change(Change change) throws IOException {
        store.transact(rows -> {
            Pages pages = new Pages(rows);
            change.apply(pages);
            return pages;
        }, pages -> pages.changed.forEach(index::show));
    }

    /// A message by its id, or by its name before it had one. The store is asked too: a commit of
    /// which nobody knew the outcome may have been one.
    Optional<ConversationRow> find(String name) throws IOException {
        Optional<String> id = index.resolve(name);
        if (id.isPresent()) {
            return load(id.get());
        }
        Optional<ConversationRow> stored = load(name);
        stored.ifPresent(index::show);
        return stored;
    }

    /// The messages of a conversation, in order.
    List<ConversationRow> conversation(ByteString peer, int most) throws IOException {
        List<String> ids = index.conversation(peer);
        return load(ids.subList(Math.max(0, ids.size() - most), ids.size()));
    }

    /// The messages that hold every word of a query, newest first.
    List<ConversationRow> search(String query, int most) throws IOException {
        return load(index.search(query, most));
    }

    /// Own messages that are not encrypted so far, oldest first.
    List<ConversationRow> drafts() throws IOException {
        List<ConversationRow> drafts = new ArrayList<>();
        for (Row row : store.all(Section.DRAFT)) {
            drafts.add(parse(row.value()));
        }
        drafts.sort(java.util.Comparator.comparingLong(ConversationRow::getCounter)
                .thenComparingLong(ConversationRow::getQueuedAt));
        return drafts;
    }

    /// Received messages of a conversation that are not marked as read, in order, up to one.
    List<String> unread(ByteString peer, String last) {
        return index.unread(peer, last);
    }

    boolean heardOf(ByteString peer) {
        return index.heardOf(peer);
    }

    long waiting() {
        return index.waiting();
    }

    int size() {
        return index.size();
    }

    private Optional<ConversationRow> load(String id) throws IOException {
        Optional<ByteString> bytes = store.transact(rows -> {
            Optional<ByteString> message = rows.get(Section.MESSAGE, id);
            return message.isPresent() ? message : rows.get(Section.DRAFT, id);
        });
        return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(bytes.get()));
    }

    private List<ConversationRow> load(List<String> ids) throws IOException {
        List<ConversationRow> rows = new ArrayList<>();
        for (String id : ids) {
            load(id).ifPresent(rows::add);
        }
        return rows;
    }

    private static ConversationRow parse(ByteString bytes) {
        try {
            return ConversationRow.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("message row: does not decode", e);
        }
    }
}
