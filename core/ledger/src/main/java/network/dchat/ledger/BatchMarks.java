package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.BitSet;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.StateEntry;

/// An order batch of the state while a block is applied: which of its positions a root lists, and
/// which were paid. What was paid stays claimed.
final class BatchMarks {
    private OrderedBatch batch;
    private final BitSet claimed;
    private final BitSet paid;

    BatchMarks(OrderedBatch batch) {
        this.batch = batch;
        this.claimed = BitSet.valueOf(batch.getClaimed().toByteArray());
        this.paid = BitSet.valueOf(batch.getPaid().toByteArray());
    }

    /// Units that are still held for the deliveries of a batch.
    static long held(OrderedBatch batch) {
        int paid = BitSet.valueOf(batch.getPaid().toByteArray()).cardinality();
        return batch.getReward() * (batch.getCount() - paid);
    }

    OrderedBatch batch() {
        return batch;
    }

    /// The block that orders the batch has this time.
    void orderAt(long millis) {
        batch = batch.toBuilder().setTimeMillis(millis).build();
    }

    boolean isClaimed(int index) {
        return claimed.get(index);
    }

    void claim(int index) {
        claimed.set(index);
    }

    /// Lets the position be listed again, unless it was paid.
    void free(int index) {
        if (!paid.get(index)) {
            claimed.clear(index);
        }
    }

    void pay(int index) {
        paid.set(index);
    }

    /// True when every position was paid.
    boolean isPaid() {
        return paid.cardinality() == batch.getCount();
    }

    /// True when an open root lists a position.
    boolean isAwaited() {
        return claimed.cardinality() > paid.cardinality();
    }

    /// Units that are still held for deliveries.
    long held() {
        return batch.getReward() * (batch.getCount() - paid.cardinality());
    }

    StateEntry toEntry() {
        return StateEntry.newBuilder()
                .setBatch(batch.toBuilder().setClaimed(ByteString.copyFrom(claimed.toByteArray()))
                        .setPaid(ByteString.copyFrom(paid.toByteArray())))
                .build();
    }
}
