package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import network.dchat.client.store.Section;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.wire.v1.Content;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;

/// What a decrypted message means: a line of a conversation, or the word that lines were read.
final class Incoming {
    private static final int MOST_HANDLES = 3;
    private static final int MOST_CONVERSATION_ID = 16;

    private final Surroundings world;
    private final BiConsumer<ByteString, WalletAddress> learn;
    private final Consumer<List<String>> advanced;

    /// @param learn told of the sender's record, where a message brings one
    /// @param advanced told of what is to be archived again, as part of the transaction
    Incoming(Surroundings world, BiConsumer<ByteString, WalletAddress> learn,
            Consumer<List<String>> advanced) {
        this.world = world;
        this.advanced = advanced;
        this.learn = learn;
    }

    /// Writes a message into the store; empty when it breaks a rule and asks for no receipt.
    Optional<ReceiptMaterial> write(SessionDesk.Arrival arrival, PublicKey sender, Content content,
            History.Pages pages) throws IOException {
        if (!content.getSenderKey().equals(sender.bytes())
                || content.getSecret().size() != ClaimKey.SECRET_LENGTH
                || content.getReturnHandlesCount() > MOST_HANDLES
                || content.getConversationId().size() > MOST_CONVERSATION_ID) {
            return Optional.empty();
        }
        ByteString peer = WalletAddress.of(sender).bytes();
        switch (content.getKind()) {
            case TEXT -> {
                if (!content.getBody().isValidUtf8()) {
                    return Optional.empty();
                }
                long now = world.now();
                ConversationRow row = ConversationRow.newBuilder().setId(arrival.id().bytes())
                        .setPeer(peer).setConversationId(content.getConversationId())
                        .setCounter(content.getCounter()).setKind(ContentKind.TEXT)
                        .setBody(content.getBody()).setSecret(content.getSecret())
                        .addAllReturnHandles(content.getReturnHandlesList())
                        .setExpiresAt(arrival.envelope().getExpiresAt())
                        .setCiphertextHash(MessageId
                                .ciphertextHash(arrival.envelope().getCiphertext()).bytes())
                        .setQueuedAt(now).setDeliveredAt(now).setComposedAt(content.getSentAt())
                        .build();
                Optional<ConversationRow> here = pages.message(arrival.id().hex());
                pages.save(here.isEmpty() ? row : MessageMerge.merge(here.get(), row));
                pages.rows().put(Section.ARCHIVE, arrival.id().hex(), Archiver.UNORDERED);
            }
            case READ_RECEIPT -> read(content.getBody(), peer, pages);
            case CONTENT_KIND_UNSPECIFIED, UNRECOGNIZED -> {
                return Optional.empty();
            }
        }
        if (!content.getSenderRecord().isEmpty()) {
            WalletAddress address = WalletAddress.of(sender);
            world.executor().execute(() -> learn.accept(content.getSenderRecord(), address));
        }
        return Optional
                .of(new ReceiptMaterial(content.getSecret(), content.getReturnHandlesList()));
    }

    /// Marks own messages as read, those only that went to whoever says so.
    private void read(ByteString ids, ByteString peer, History.Pages pages) throws IOException {
        List<String> read = new ArrayList<>();
        int count = Math.min(ReadMarks.MOST, ids.size() / MessageId.LENGTH);
        for (int index = 0; index < count; index++) {
            ByteString id = ids.substring(index * MessageId.LENGTH, (index + 1) * MessageId.LENGTH);
            Optional<ConversationRow> row = pages.message(new Hash(id).hex());
            if (row.isPresent() && row.get().getOutgoing() && row.get().getPeer().equals(peer)
                    && row.get().getReadAt() == 0) {
                pages.save(row.get().toBuilder().setReadAt(world.now()).build());
                OutboxRows.advance(pages, MessageIndex.id(row.get()));
                read.add(MessageIndex.id(row.get()));
            }
        }
        advanced.accept(read);
    }
}
