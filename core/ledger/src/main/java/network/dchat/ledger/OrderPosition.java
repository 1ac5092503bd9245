package network.dchat.ledger;

import java.util.Comparator;
import java.util.Optional;
import network.dchat.wire.v1.Position;

/// Where a commitment stands in the order of all messages.
///
/// @param height of the block, at least 1
/// @param transaction index in the block
/// @param index in the batch, below 256
public record OrderPosition(long height, int transaction,
        int index) implements Comparable<OrderPosition> {
    private static final Comparator<OrderPosition> ORDER = Comparator
            .comparingLong(OrderPosition::height).thenComparingInt(OrderPosition::transaction)
            .thenComparingInt(OrderPosition::index);

    /// Refuses what cannot be a position.
    public OrderPosition {
        if (!isValid(height, transaction, index)) {
            throw new IllegalArgumentException("position: " + height + "/" + transaction + "/"
                    + index + " (expected: height from 1, indexes from 0)");
        }
    }

    /// A position from a stranger; empty when it cannot be one.
    public static Optional<OrderPosition> parse(Position position) {
        return isValid(position.getHeight(), position.getTransaction(), position.getIndex())
                ? Optional.of(new OrderPosition(position.getHeight(), position.getTransaction(),
                        position.getIndex()))
                : Optional.empty();
    }

    /// The form that crosses the wire.
    public Position toWire() {
        return Position.newBuilder().setHeight(height).setTransaction(transaction).setIndex(index)
                .build();
    }

    @Override
    public int compareTo(OrderPosition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return height + "/" + transaction + "/" + index;
    }

    private static boolean isValid(long height, int transaction, int index) {
        return height >= 1 && transaction >= 0 && index >= 0
                && index < LedgerLimits.MAXIMUM_BATCH_COMMITMENTS;
    }
}
