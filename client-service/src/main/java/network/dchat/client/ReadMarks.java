package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import network.dchat.client.store.Section;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;

/// Marks received messages as read and, where that is wanted, tells their sender: the mark and the
/// message that tells it become durable together.
final class ReadMarks {
    /// Messages that one read receipt names at most.
    static final int MOST = 256;

    private final History history;
    private final Drafts drafts;
    private final Surroundings world;
    private final boolean telling;
    private final Consumer<List<String>> advanced;

    /// @param telling  whether senders are told
    /// @param advanced told of what is to be archived again
    ReadMarks(History history, Drafts drafts, Surroundings world, boolean telling,
            Consumer<List<String>> advanced) {
        this.history = history;
        this.drafts = drafts;
        this.world = world;
        this.telling = telling;
        this.advanced = advanced;
    }

    /// Marks a received message and all that are shown before it in its conversation.
    ///
    /// @return how many were not marked before
    /// @throws TooManyDraftsException when no more receipts can wait
    int readThrough(ConversationRow last) throws IOException {
        List<String> unread = history.unread(last.getPeer(), MessageIndex.id(last));
        int marked = 0;
        for (int begin = 0; begin < unread.size(); begin += MOST) {
            marked += read(new WalletAddress(last.getPeer()),
                    unread.subList(begin, Math.min(begin + MOST, unread.size())));
        }
        return marked;
    }

    private int read(WalletAddress sender, List<String> ids) throws IOException {
        if (telling) {
            drafts.requireRoom();
        }
        List<ConversationRow> receipts = new ArrayList<>();
        List<String> marked = new ArrayList<>();
        history.change(pages -> {
            ByteString body = ByteString.EMPTY;
            for (String id : ids) {
                Optional<ConversationRow> row = pages.message(id);
                if (row.isPresent() && row.get().getReadAt() == 0) {
                    pages.save(row.get().toBuilder().setReadAt(world.now()).build());
                    pages.rows().put(Section.ARCHIVE, id, Archiver.advanced(DeliveryState.READ));
                    body = body.concat(row.get().getId());
                    marked.add(id);
                }
            }
            if (telling && !marked.isEmpty()) {
                receipts.add(drafts.write(pages, sender, ContentKind.READ_RECEIPT, body));
            }
        });
        receipts.forEach(drafts::leave);
        advanced.accept(marked);
        return marked.size();
    }
}
