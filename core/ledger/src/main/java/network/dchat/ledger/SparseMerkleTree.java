package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import network.dchat.identity.Hash;
import network.dchat.identity.TaggedHash;
import org.jspecify.annotations.Nullable;

/// An immutable map from 256-bit keys to values with a root hash that depends on the entries alone,
/// not on the order in which they came. A changed tree shares all untouched nodes with the old one.
///
/// A node's children split its keys by the next bit, the most significant first. A subtree with one
/// entry is that entry's leaf, an empty subtree hashes to 32 zero bytes. Leaf =
/// H(`dchat/state-leaf/1`, key ‖ H(`dchat/state-value/1`, value)), inner node =
/// H(`dchat/state-inner/1`, left ‖ right). Hashes are computed when first asked for. May be read by
/// many threads.
public final class SparseMerkleTree {
    /// The tree without entries.
    public static final SparseMerkleTree EMPTY = new SparseMerkleTree(null, 0);

    static final int KEY_BITS = 8 * Hash.LENGTH;

    private static final String LEAF_TAG = "dchat/state-leaf/1";
    private static final String VALUE_TAG = "dchat/state-value/1";
    private static final String INNER_TAG = "dchat/state-inner/1";

    private final @Nullable Node top;
    private final long size;

    private SparseMerkleTree(@Nullable Node top, long size) {
        this.top = top;
        this.size = size;
    }

    /// The root hash.
    public Hash root() {
        return hash(top);
    }

    /// Number of entries.
    public long size() {
        return size;
    }

    /// The value under a key.
    public Optional<ByteString> get(Hash key) {
        @Nullable
        Node node = top;
        for (int depth = 0; node instanceof Inner inner; depth++) {
            node = bit(key, depth) ? inner.right : inner.left;
        }
        return node instanceof Leaf leaf && leaf.key.equals(key)
                ? Optional.of(leaf.value)
                : Optional.empty();
    }

    /// The lowest key.
    Optional<Hash> firstKey() {
        @Nullable
        Node node = top;
        while (node instanceof Inner inner) {
            node = inner.left == null ? inner.right : inner.left;
        }
        return node instanceof Leaf leaf ? Optional.of(leaf.key) : Optional.empty();
    }

    /// The tree with this value under the key.
    public SparseMerkleTree put(Hash key, ByteString value) {
        return putAll(Map.of(key, value));
    }

    /// The tree with all these values under their keys: each node on the way is made once.
    public SparseMerkleTree putAll(Map<Hash, ByteString> entries) {
        Leaf[] leaves = entries.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(each -> new Leaf(each.getKey(), each.getValue())).toArray(Leaf[]::new);
        Insertion insertion = new Insertion(leaves);
        Node changed = insertion.put(top, 0, 0, leaves.length);
        return new SparseMerkleTree(changed, size + insertion.added);
    }

    /// The tree without this key.
    public SparseMerkleTree remove(Hash key) {
        if (get(key).isEmpty()) {
            return this;
        }
        return new SparseMerkleTree(remove(top, 0, key), size - 1);
    }

    /// The proof of what is, or is not, under a key.
    public SparseMerkleProof prove(Hash key) {
        List<Hash> siblings = new ArrayList<>();
        @Nullable
        Node node = top;
        for (int depth = 0; node instanceof Inner inner; depth++) {
            boolean right = bit(key, depth);
            siblings.add(hash(right ? inner.left : inner.right));
            node = right ? inner.right : inner.left;
        }
        Optional<SparseMerkleProof.Terminal> terminal = node instanceof Leaf leaf
                ? Optional.of(new SparseMerkleProof.Terminal(leaf.key, valueHash(leaf.value)))
                : Optional.empty();
        return new SparseMerkleProof(terminal, siblings);
    }

    /// What lies under the keys that begin with an index, for whoever knows only the root.
    ///
    /// @param bits length of the index
    Branch branch(int bits, int index) {
        List<Hash> siblings = new ArrayList<>();
        @Nullable
        Node node = top;
        for (int depth = 0; depth < bits && node instanceof Inner inner; depth++) {
            boolean right = ((index >>> (bits - 1 - depth)) & 1) == 1;
            siblings.addFirst(hash(right ? inner.left : inner.right));
            node = right ? inner.right : inner.left;
        }
        List<ByteString> values = new ArrayList<>();
        visit(node, (_, value) -> values.add(value));
        return new Branch(values, siblings);
    }

    /// A subtree and the way from it to the root. The subtree begins where the path of its index
    /// ends: at the index's last bit, or above it at a leaf or at nothing.
    ///
    /// @param values all of the subtree, in ascending order of the keys
    /// @param siblings the other side at each step, from the subtree up to the root
    record Branch(List<ByteString> values, List<Hash> siblings) {
        Branch {
            values = List.copyOf(values);
            siblings = List.copyOf(siblings);
        }
    }

    /// The hash of a subtree of these entries.
    ///
    /// @param leaves in ascending order of the keys, none twice, alike in the first `depth` bits
    static Hash subtreeRoot(List<KeyedValue> leaves, int depth) {
        if (leaves.isEmpty()) {
            return Hash.ZERO;
        }
        if (leaves.size() == 1) {
            KeyedValue only = leaves.getFirst();
            return leafHash(only.key(), valueHash(only.value()));
        }
        int middle = 0;
        while (middle < leaves.size() && !bit(leaves.get(middle).key(), depth)) {
            middle++;
        }
        return innerHash(subtreeRoot(leaves.subList(0, middle), depth + 1),
                subtreeRoot(leaves.subList(middle, leaves.size()), depth + 1));
    }

    /// An entry.
    record KeyedValue(Hash key, ByteString value) {}

    /// Shows every entry, in ascending order of the keys.
    public void forEach(BiConsumer<Hash, ByteString> visitor) {
        visit(top, visitor);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseMerkleTree tree && root().equals(tree.root());
    }

    @Override
    public int hashCode() {
        return root().hashCode();
    }

    @Override
    public String toString() {
        return "SparseMerkleTree[" + size + " entries, " + root().shortName() + "]";
    }

    /// Bit of a key, 0 = the most significant.
    static boolean bit(Hash key, int depth) {
        return ((key.bytes().byteAt(depth >>> 3) >>> (7 - (depth & 7))) & 1) == 1;
    }

    static Hash valueHash(ByteString value) {
        return TaggedHash.of(VALUE_TAG, value);
    }

    static Hash leafHash(Hash key, Hash valueHash) {
        return TaggedHash.of(LEAF_TAG, key.bytes(), valueHash.bytes());
    }

    static Hash innerHash(Hash left, Hash right) {
        return TaggedHash.of(INNER_TAG, left.bytes(), right.bytes());
    }

    private static Hash hash(@Nullable Node node) {
        return node == null ? Hash.ZERO : node.hash();
    }

    private static @Nullable Node remove(@Nullable Node node, int depth, Hash key) {
        if (!(node instanceof Inner inner)) {
            return null;
        }
        boolean right = bit(key, depth);
        Node changed = remove(right ? inner.right : inner.left, depth + 1, key);
        Node other = right ? inner.left : inner.right;
        if (other == null && !(changed instanceof Inner)) {
            return changed;
        }
        if (changed == null && other instanceof Leaf) {
            return other;
        }
        return right ? new Inner(other, changed) : new Inner(changed, other);
    }

    private static void visit(@Nullable Node node, BiConsumer<Hash, ByteString> visitor) {
        switch (node) {
            case null -> {
            }
            case Leaf leaf -> visitor.accept(leaf.key, leaf.value);
            case Inner inner -> {
                visit(inner.left, visitor);
                visit(inner.right, visitor);
            }
        }
    }

    /// Leaves on their way into a tree, by key ascending.
    private static final class Insertion {
        private final Leaf[] leaves;
        private long added;

        Insertion(Leaf[] leaves) {
            this.leaves = leaves;
        }

        /// The node with the leaves of a range, all of which belong under it.
        @Nullable
        Node put(@Nullable Node node, int depth, int from, int to) {
            if (from == to) {
                return node;
            }
            if (to - from == 1 && !(node instanceof Inner)) {
                return put(node, depth, leaves[from]);
            }
            int middle = from;
            while (middle < to && !bit(leaves[middle].key, depth)) {
                middle++;
            }
            return switch (node) {
                case null ->
                    new Inner(put(null, depth + 1, from, middle), put(null, depth + 1, middle, to));
                case Leaf old -> bit(old.key, depth)
                        ? new Inner(put(null, depth + 1, from, middle),
                                put(old, depth + 1, middle, to))
                        : new Inner(put(old, depth + 1, from, middle),
                                put(null, depth + 1, middle, to));
                case Inner inner -> new Inner(put(inner.left, depth + 1, from, middle),
                        put(inner.right, depth + 1, middle, to));
            };
        }

        private Node put(@Nullable Node node, int depth, Leaf leaf) {
            if (node instanceof Leaf old && old.key.equals(leaf.key)) {
                return leaf;
            }
            added++;
            return node instanceof Leaf old ? fork(old, leaf, depth) : leaf;
        }

        /// The smallest subtree that holds both leaves.
        private static Node fork(Leaf old, Leaf added, int depth) {
            boolean addedRight = bit(added.key, depth);
            if (bit(old.key, depth) != addedRight) {
                return addedRight ? new Inner(old, added) : new Inner(added, old);
            }
            Node below = fork(old, added, depth + 1);
            return addedRight ? new Inner(null, below) : new Inner(below, null);
        }
    }

    private abstract static sealed class Node {
        /// Computed once; two threads that race compute the same.
        private @Nullable Hash hash;

        final Hash hash() {
            Hash known = hash;
            if (known == null) {
                known = compute();
                hash = known;
            }
            return known;
        }

        abstract Hash compute();
    }

    private static final class Leaf extends Node {
        private final Hash key;
        private final ByteString value;

        Leaf(Hash key, ByteString value) {
            this.key = key;
            this.value = value;
        }

        @Override
        Hash compute() {
            return leafHash(key, valueHash(value));
        }
    }

    private static final class Inner extends Node {
        private final @Nullable Node left;
        private final @Nullable Node right;

        Inner(@Nullable Node left, @Nullable Node right) {
            this.left = left;
            this.right = right;
        }

        @Override
        Hash compute() {
            return innerHash(SparseMerkleTree.hash(left), SparseMerkleTree.hash(right));
        }
    }
}
