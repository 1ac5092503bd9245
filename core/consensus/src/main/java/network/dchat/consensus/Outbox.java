package network.dchat.consensus;

import java.util.ArrayList;
import java.util.List;
import network.dchat.wire.v1.WalRecord;

/// The effects of the input at hand, in order; and the records for the write-ahead log.
///
/// Records gather here until something must not leave before they are durable, so that one write
/// and one force serve many. While the log is replayed, only what the world has not yet seen is
/// collected: nothing is appended or sent.
final class Outbox {
    private static final int MAXIMUM_RECORD_BYTES = 1024 * 1024;

    private final List<Effect> effects = new ArrayList<>();
    private final List<WalRecord> records = new ArrayList<>();
    private long recordBytes;
    private boolean replaying;
    private long nowMillis;

    /// The time of the input at hand.
    void at(long millis) {
        nowMillis = millis;
    }

    long nowMillis() {
        return nowMillis;
    }

    void add(Effect effect) {
        if (!replaying || isKeptInReplay(effect)) {
            effects.add(effect);
        }
    }

    /// Notes a record of the input at hand.
    void log(WalRecord.Builder record) {
        if (replaying) {
            return;
        }
        WalRecord dated = record.setAtMillis(nowMillis).build();
        records.add(dated);
        recordBytes += dated.getSerializedSize();
        if (recordBytes > MAXIMUM_RECORD_BYTES) {
            force();
        }
    }

    /// Makes durable what was noted, before whatever follows.
    void force() {
        if (!records.isEmpty()) {
            add(new Effect.PersistWal(records));
            records.clear();
            recordBytes = 0;
        }
    }

    /// True when all that was noted was handed out to be made durable.
    boolean isForced() {
        return records.isEmpty();
    }

    /// Forgets what was noted: the height is over, so nobody will replay it.
    void forgetRecords() {
        records.clear();
        recordBytes = 0;
    }

    void replay(boolean now) {
        replaying = now;
    }

    boolean isReplaying() {
        return replaying;
    }

    List<Effect> drain() {
        List<Effect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }

    /// What is asked for again after a replay. Whatever tells others of something has told them
    /// before, or will be asked for.
    private static boolean isKeptInReplay(Effect effect) {
        return effect instanceof Effect.Sign || effect instanceof Effect.StoreBlock
                || effect instanceof Effect.PersistWal || effect instanceof Effect.Equivocation
                || effect instanceof Effect.SetTimer;
    }
}
