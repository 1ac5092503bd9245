package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.StateEntry;

/// What a block changes in the state's tree. The order of the changes does not matter to it.
final class TreeChanges {
    private final Map<Hash, ByteString> puts = new HashMap<>();
    private final List<Hash> removals = new ArrayList<>();

    void put(Hash key, StateEntry entry) {
        puts.put(key, entry.toByteString());
    }

    void remove(Hash key) {
        removals.add(key);
    }

    SparseMerkleTree applyTo(SparseMerkleTree tree) {
        SparseMerkleTree changed = tree.putAll(puts);
        for (Hash key : removals) {
            changed = changed.remove(key);
        }
        return changed;
    }
}
