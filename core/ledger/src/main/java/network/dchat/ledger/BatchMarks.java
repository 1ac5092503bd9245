package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.BitSet;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.StateEntry;

/// An order batch of the state while a block is applied: which of its positions are claimed.
final class BatchMarks {
    private final OrderedBatch batch;
    private final BitSet claimed;
    private boolean changed;

    private BatchMarks(OrderedBatch batch, boolean changed) {
        this.batch = batch;
        this.claimed = BitSet.valueOf(batch.getClaimed().toByteArray());
        this.changed = changed;
    }

    static BatchMarks stored(OrderedBatch batch) {
        return new BatchMarks(batch, false);
    }

    static BatchMarks added(OrderedBatch batch) {
        return new BatchMarks(batch, true);
    }

    /// Units that are held for the deliveries of a batch.
    static long held(OrderedBatch batch) {
        return batch.getReward() * batch.getCount();
    }

    OrderedBatch batch() {
        return batch;
    }

    boolean isClaimed(int index) {
        return claimed.get(index);
    }

    void claim(int index) {
        claimed.set(index);
        changed = true;
    }

    boolean isChanged() {
        return changed;
    }

    ByteString entry() {
        return StateEntry.newBuilder()
                .setBatch(batch.toBuilder().setClaimed(ByteString.copyFrom(claimed.toByteArray())))
                .build().toByteString();
    }
}
