package network.dchat.gateway.messages;

import java.util.Locale;
import java.util.Optional;
import network.dchat.gateway.postgres.MessageRow;

/// A message as its sender sees it.
///
/// @param id message id in hex
/// @param recipient wallet address
/// @param state how far it came: submitted, accepted, stored, ordered, delivered
/// @param acceptedAt milliseconds since 1970
/// @param changedAt milliseconds since 1970
/// @param expiresAt milliseconds since 1970
/// @param storedCopies relays of the recipient that have it durably
/// @param position where it stands in the order of all messages
/// @param receivedAt milliseconds since 1970 by the recipient's clock
/// @param deliveryProven whether the delivery is on the chain
/// @param archive what became of the history record
public record MessageView(String id, String recipient, String state, long acceptedAt,
        long changedAt, long expiresAt, int storedCopies, Optional<Place> position,
        Optional<Long> receivedAt, boolean deliveryProven, Archive archive) {
    /// A position.
    public record Place(long height, int transaction, int index) {}

    /// A history record.
    ///
    /// @param state none, queued, stored, failed
    /// @param durable shards that are durable
    /// @param total shards that there should be
    /// @param reason why it came no further; empty when all is well
    public record Archive(String state, int durable, int total, String reason) {}

    /// The view of a row.
    public static MessageView of(MessageRow row) {
        Long height = row.height();
        Integer transaction = row.transactionIndex();
        Integer index = row.batchIndex();
        Optional<Place> place = height == null || transaction == null || index == null
                ? Optional.empty()
                : Optional.of(new Place(height, transaction, index));
        return new MessageView(row.getId().id(), row.recipient(), lower(row.state()),
                row.acceptedAtMillis(), row.changedAtMillis(), row.expiresAtMillis(),
                row.storedCopies(), place, Optional.ofNullable(row.receivedAtMillis()),
                row.delivery() != null, new Archive(lower(row.archiveState()), row.shardsDurable(),
                        row.shardsTotal(), row.archiveReason()));
    }

    private static String lower(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
