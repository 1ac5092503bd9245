package network.dchat.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.StateEntry;
import org.jspecify.annotations.Nullable;

/// The entries of one kind while a block is applied: each is read when first asked for, and written
/// at the end where it was put or removed. Owned by one thread.
///
/// @param <K> names an entry
/// @param <V> what an entry says
final class DraftEntries<K, V> {
    private final SparseMerkleTree base;
    private final Kind<K, V> kind;
    private final Map<K, Slot<V>> slots = new LinkedHashMap<>();

    DraftEntries(SparseMerkleTree base, Kind<K, V> kind) {
        this.base = base;
        this.kind = kind;
    }

    /// How entries of a kind are found, read and written.
    record Kind<K, V>(Function<K, Hash> key, Function<StateEntry, V> decode,
            Function<V, StateEntry> encode) {}

    /// What was changed.
    interface Visitor<K, V> {
        /// Sees one entry.
        ///
        /// @param before what the entry was; empty when there was none
        /// @param now what it is; empty when it is gone
        void visit(K name, Optional<V> before, Optional<V> now);
    }

    Optional<V> get(K name) {
        return Optional.ofNullable(slot(name).now);
    }

    void put(K name, V value) {
        Slot<V> slot = slot(name);
        slot.now = value;
        slot.changed = true;
    }

    void remove(K name) {
        Slot<V> slot = slot(name);
        slot.now = null;
        slot.changed = true;
    }

    void forEachChanged(Visitor<K, V> visitor) {
        slots.forEach((name, slot) -> {
            if (slot.changed) {
                visitor.visit(name, Optional.ofNullable(slot.before),
                        Optional.ofNullable(slot.now));
            }
        });
    }

    /// Notes what the tree must be told.
    void write(TreeChanges changes) {
        slots.values().stream().filter(slot -> slot.changed).forEach(slot -> {
            V now = slot.now;
            if (now == null) {
                changes.remove(slot.key);
            } else {
                changes.put(slot.key, kind.encode().apply(now));
            }
        });
    }

    private Slot<V> slot(K name) {
        Slot<V> known = slots.get(name);
        if (known == null) {
            Hash key = kind.key().apply(name);
            known = new Slot<>(key, base.get(key)
                    .map(value -> kind.decode().apply(StateEntries.decode(value))).orElse(null));
            slots.put(name, known);
        }
        return known;
    }

    private static final class Slot<V> {
        private final Hash key;
        private final @Nullable V before;
        private @Nullable V now;
        private boolean changed;

        Slot(Hash key, @Nullable V before) {
            this.key = key;
            this.before = before;
            this.now = before;
        }
    }
}
