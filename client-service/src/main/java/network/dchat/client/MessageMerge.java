package network.dchat.client;

import java.util.Optional;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.ConversationRow;

/// Joins two copies of one message. Nothing goes back: of each time the earliest counts, of two
/// places in the order the smaller one, so the order of copies does not matter.
final class MessageMerge {
    private MessageMerge() {}

    /// A message that was read back, as a row of a store that does not have it.
    static ConversationRow restored(ConversationRow copy, int shards, int total) {
        ConversationRow.Builder row = copy.toBuilder().setArchivedShards(shards)
                .setArchivedTotal(total);
        if (copy.getOutgoing() && DeliveryState.of(copy).compareTo(DeliveryState.STORED) < 0) {
            row.setRefusal(Refusal.INTERRUPTED);
        }
        return row.build();
    }

    /// The row that is here, with what a copy knows beyond it.
    static ConversationRow merge(ConversationRow here, ConversationRow copy) {
        ConversationRow.Builder row = here.toBuilder()
                .setQueuedAt(earliest(here.getQueuedAt(), copy.getQueuedAt()))
                .setSentAt(earliest(here.getSentAt(), copy.getSentAt()))
                .setStoredAt(earliest(here.getStoredAt(), copy.getStoredAt()))
                .setFinalAt(earliest(here.getFinalAt(), copy.getFinalAt()))
                .setDeliveredAt(earliest(here.getDeliveredAt(), copy.getDeliveredAt()))
                .setReadAt(earliest(here.getReadAt(), copy.getReadAt()));
        if (copy.hasPosition() && isSmaller(copy, here)) {
            row.setPosition(copy.getPosition());
        }
        if (here.getDraftId().isEmpty()) {
            row.setDraftId(copy.getDraftId());
        }
        if (here.getSecret().isEmpty()) {
            row.setSecret(copy.getSecret()).setExpiresAt(copy.getExpiresAt())
                    .setCiphertextHash(copy.getCiphertextHash()).setCounter(copy.getCounter());
        }
        if (here.getArchivedShards() < copy.getArchivedShards()) {
            row.setArchivedShards(copy.getArchivedShards())
                    .setArchivedTotal(copy.getArchivedTotal());
        }
        ConversationRow merged = row.build();
        return DeliveryState.of(merged).compareTo(DeliveryState.STORED) < 0
                ? merged
                : merged.toBuilder().clearRefusal().build();
    }

    private static boolean isSmaller(ConversationRow copy, ConversationRow here) {
        Optional<OrderPosition> before = here.hasPosition()
                ? OrderPosition.parse(here.getPosition())
                : Optional.empty();
        return OrderPosition.parse(copy.getPosition())
                .filter(position -> before.isEmpty() || position.compareTo(before.get()) < 0)
                .isPresent();
    }

    private static long earliest(long first, long second) {
        if (first == 0 || second == 0) {
            return Math.max(first, second);
        }
        return Math.min(first, second);
    }
}
