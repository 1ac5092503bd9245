package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.HistoryPack;
import network.dchat.wire.v1.RejectionCode;

/// Packs sealed history records into archive objects: a pack is made when it is full or its oldest
/// record has waited long enough.
///
/// The packer keeps nothing durable: a record is archived when the put of its pack was queued,
/// and its owner adds it again after a restart if that had not happened.
public final class HistoryPacker {
    /// Bytes that protobuf adds to a record, at most.
    private static final int FRAMING = 6;

    private final PackerLimits limits;
    private final List<Entry> waiting = new ArrayList<>();
    private int waitingBytes;
    private long deadlineMillis;
    private long lastTimer;

    private record Entry(long record, ByteString sealed) {}

    public HistoryPacker(PackerLimits limits) {
        this.limits = limits;
    }

    /// What can happen to a packer.
    public sealed interface Input {
        /// A record is to be archived.
        ///
        /// @param record the owner's number for it
        /// @param sealed the record, encrypted
        /// @param nowMillis the time
        record Add(long record, ByteString sealed, long nowMillis) implements Input {}

        /// What waits is to be packed now.
        record Flush() implements Input {}

        /// A timer elapsed.
        ///
        /// @param timer its number
        /// @param nowMillis the time
        record TimerElapsed(long timer, long nowMillis) implements Input {}
    }

    /// What a packer wants done.
    public sealed interface Effect {
        /// A pack is ready to be put into the mesh.
        ///
        /// @param records the numbers of its records, in the order in which they were added
        /// @param pack the object's bytes
        record Pack(List<Long> records, ByteString pack) implements Effect {
            /// Copies the list.
            public Pack {
                records = List.copyOf(records);
            }
        }

        /// A record is empty or too large to be archived.
        ///
        /// @param record its number
        /// @param reason why
        record Refused(long record, String reason) implements Effect {}

        /// Sets a timer, answered by [Input.TimerElapsed].
        ///
        /// @param timer its number
        /// @param delayMillis after which time
        record SetTimer(long timer, long delayMillis) implements Effect {}
    }

    /// Carries out one input.
    public List<Effect> apply(Input input) {
        List<Effect> effects = new ArrayList<>();
        switch (input) {
            case Input.Add(long record, ByteString sealed, long now) ->
                add(record, sealed, now, effects);
            case Input.Flush() -> pack(effects);
            case Input.TimerElapsed(long timer, long now) -> elapsed(timer, now, effects);
        }
        return List.copyOf(effects);
    }

    /// The records of a pack that was read back.
    public static Verified<List<ByteString>> unpack(ByteString pack) {
        try {
            return Verified.accepted(HistoryPack.parseFrom(pack).getSealedRecordsList());
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "history pack");
        }
    }

    private void add(long record, ByteString sealed, long nowMillis, List<Effect> effects) {
        if (sealed.isEmpty() || sealed.size() > limits.maximumRecordBytes()) {
            effects.add(new Effect.Refused(record, "record: " + sealed.size()
                    + " bytes (expected: 1 to " + limits.maximumRecordBytes() + ")"));
            return;
        }
        if (waitingBytes + sealed.size() + FRAMING > limits.packBytes()) {
            pack(effects);
        }
        if (waiting.isEmpty()) {
            deadlineMillis = nowMillis + limits.delayMillis();
            effects.add(new Effect.SetTimer(++lastTimer, limits.delayMillis()));
        }
        waiting.add(new Entry(record, sealed));
        waitingBytes += sealed.size() + FRAMING;
        if (waitingBytes >= limits.packBytes() || waiting.size() == limits.maximumRecords()) {
            pack(effects);
        }
    }

    private void elapsed(long timer, long nowMillis, List<Effect> effects) {
        if (timer != lastTimer || waiting.isEmpty()) {
            return;
        }
        if (nowMillis >= deadlineMillis) {
            pack(effects);
        } else {
            effects.add(new Effect.SetTimer(++lastTimer, deadlineMillis - nowMillis));
        }
    }

    private void pack(List<Effect> effects) {
        if (waiting.isEmpty()) {
            return;
        }
        HistoryPack.Builder pack = HistoryPack.newBuilder();
        waiting.forEach(entry -> pack.addSealedRecords(entry.sealed()));
        effects.add(new Effect.Pack(waiting.stream().map(Entry::record).toList(),
                pack.build().toByteString()));
        waiting.clear();
        waitingBytes = 0;
    }
}
