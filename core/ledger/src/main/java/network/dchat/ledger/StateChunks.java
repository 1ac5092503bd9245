package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.ledger.SparseMerkleTree.KeyedValue;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.StateSnapshot;

/// A state in chunks, each of which is verified against the app hash alone.
///
/// Chunk `index` of 2^`bits` holds the entries whose keys begin with the index in `bits` bits, and
/// the siblings on the way from their subtree up to the root. The way down an index ends at its
/// last bit, or before at a leaf or at an empty subtree. In that case there are fewer siblings than
/// bits, and the one entry that the chunk may hold is that leaf, which may belong to another chunk:
/// it stands there because the hashes need it, and is not counted among the chunk's own entries.
/// Where a way ends follows from the tree, so that each chunk of a tree has one valid form.
public final class StateChunks {
    /// A state is cut into 2^16 chunks at most.
    public static final int MAXIMUM_BITS = 16;
    /// An encoded chunk.
    public static final int MAXIMUM_CHUNK_BYTES = 1024 * 1024;
    /// An encoded entry.
    public static final int MAXIMUM_ENTRY_BYTES = 512 * 1024;
    /// What a chunk has on average, at most.
    static final int AVERAGE_CHUNK_BYTES = 256 * 1024;

    /// Siblings and their framing.
    private static final int PATH_BYTES = MAXIMUM_BITS * (Hash.LENGTH + 2);
    private static final int ENTRY_FRAMING_BYTES = 4;

    private StateChunks() {}

    /// How a state is to be cut.
    ///
    /// @param entries in the whole state
    /// @param bytes of these entries
    public record Cut(int bits, long entries, long bytes) {}

    /// The fewest chunks of at most 256 KiB on average, of which none is over 1 MiB.
    public static Cut cut(ChainState state) {
        long[] sizes = new long[1 << MAXIMUM_BITS];
        long[] total = new long[2];
        state.tree().forEach((key, value) -> {
            sizes[prefix(key, MAXIMUM_BITS)] += value.size() + ENTRY_FRAMING_BYTES;
            total[0]++;
            total[1] += value.size();
        });
        int bits = 0;
        while (bits < MAXIMUM_BITS && (total[1] >> bits > AVERAGE_CHUNK_BYTES
                || largest(sizes, bits) > MAXIMUM_CHUNK_BYTES - PATH_BYTES)) {
            bits++;
        }
        return new Cut(bits, total[0], total[1]);
    }

    /// The chunk's own entries, in the order of the tree's keys, if it is what the app hash says.
    ///
    /// @param bits up to [#MAXIMUM_BITS]
    /// @param index below 2^bits
    public static Verified<List<ByteString>> verify(Hash appHash, int bits, int index,
            SnapshotChunk chunk) {
        requireRange(bits, index);
        return fault(bits, chunk)
                .<Verified<List<ByteString>>>map(
                        reason -> Verified.rejected(RejectionCode.MALFORMED, reason))
                .orElseGet(() -> parse(chunk).then(
                        entries -> verifyEntries(appHash, bits, index, entries, siblings(chunk))));
    }

    /// The state of all chunks' own entries.
    ///
    /// @param height the state is that after the block of this height
    /// @param blockHash of this block
    /// @param chunks the entries of each, in the order of their indices
    /// @throws IllegalArgumentException when they are no whole state
    public static ChainState assemble(long height, Hash blockHash, List<List<ByteString>> chunks) {
        StateSnapshot.Builder snapshot = StateSnapshot.newBuilder().setHeight(height)
                .setBlockHash(blockHash.bytes());
        chunks.forEach(snapshot::addAllEntries);
        return ChainState.fromBytes(snapshot.build().toByteString());
    }

    static SnapshotChunk cut(SparseMerkleTree tree, int bits, int index) {
        requireRange(bits, index);
        SparseMerkleTree.Branch branch = tree.branch(bits, index);
        SnapshotChunk.Builder chunk = SnapshotChunk.newBuilder().addAllEntries(branch.values());
        branch.siblings().forEach(sibling -> chunk.addSiblings(sibling.bytes()));
        return chunk.build();
    }

    private static Verified<List<ByteString>> verifyEntries(Hash appHash, int bits, int index,
            List<KeyedValue> entries, List<Hash> siblings) {
        int depth = siblings.size();
        int start = index >>> (bits - depth);
        for (int at = 0; at < entries.size(); at++) {
            Hash key = entries.get(at).key();
            if (prefix(key, depth) != start) {
                return invalid("entry " + at + ": of another subtree");
            }
            if (at > 0 && entries.get(at - 1).key().compareTo(key) >= 0) {
                return invalid("entry " + at + ": key not above the one before");
            }
        }
        if (depth < bits && entries.size() > 1) {
            return invalid("entries: " + entries.size() + " (expected: at most one, where a way"
                    + " ends after " + depth + " of " + bits + " bits)");
        }
        Hash root = SparseMerkleTree.subtreeRoot(entries, depth);
        for (int step = 0; step < depth; step++) {
            boolean right = ((start >>> step) & 1) == 1;
            root = right
                    ? SparseMerkleTree.innerHash(siblings.get(step), root)
                    : SparseMerkleTree.innerHash(root, siblings.get(step));
        }
        return root.equals(appHash)
                ? Verified.accepted(
                        entries.stream().filter(entry -> prefix(entry.key(), bits) == index)
                                .map(KeyedValue::value).toList())
                : invalid("chunk: leads to another root than the app hash");
    }

    private static Optional<String> fault(int bits, SnapshotChunk chunk) {
        if (chunk.getSerializedSize() > MAXIMUM_CHUNK_BYTES) {
            return Optional.of("chunk: " + chunk.getSerializedSize() + " bytes (expected: up to "
                    + MAXIMUM_CHUNK_BYTES + ")");
        }
        if (chunk.getSiblingsCount() > bits) {
            return Optional.of(
                    "siblings: " + chunk.getSiblingsCount() + " (expected: up to " + bits + ")");
        }
        if (chunk.getSiblingsList().stream().anyMatch(each -> each.size() != Hash.LENGTH)) {
            return Optional.of("siblings: not of " + Hash.LENGTH + " bytes each");
        }
        if (chunk.getEntriesList().stream().anyMatch(each -> each.size() > MAXIMUM_ENTRY_BYTES)) {
            return Optional.of("entries: one over " + MAXIMUM_ENTRY_BYTES + " bytes");
        }
        return chunk.getUnknownFields().asMap().isEmpty()
                ? Optional.empty()
                : Optional.of("chunk: unknown fields");
    }

    private static Verified<List<KeyedValue>> parse(SnapshotChunk chunk) {
        List<KeyedValue> entries = new ArrayList<>(chunk.getEntriesCount());
        try {
            for (ByteString entry : chunk.getEntriesList()) {
                entries.add(new KeyedValue(StateEntries.keyOf(StateEntries.decode(entry)), entry));
            }
            return Verified.accepted(entries);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "entry " + entries.size() + ": " + malformed.getMessage());
        }
    }

    private static List<Hash> siblings(SnapshotChunk chunk) {
        return chunk.getSiblingsList().stream().map(Hash::new).toList();
    }

    private static Verified<List<ByteString>> invalid(String reason) {
        return Verified.rejected(RejectionCode.INVALID, reason);
    }

    /// The first bits of a key, as a number.
    private static int prefix(Hash key, int bits) {
        int first = ((key.bytes().byteAt(0) & 0xff) << 8) | (key.bytes().byteAt(1) & 0xff);
        return first >>> (MAXIMUM_BITS - bits);
    }

    private static long largest(long[] sizes, int bits) {
        int width = 1 << (MAXIMUM_BITS - bits);
        long largest = 0;
        for (int from = 0; from < sizes.length; from += width) {
            long sum = 0;
            for (int at = from; at < from + width; at++) {
                sum += sizes[at];
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    private static void requireRange(int bits, int index) {
        if (bits < 0 || bits > MAXIMUM_BITS || index < 0 || index >= 1 << bits) {
            throw new IllegalArgumentException("chunk: " + index + " of 2^" + bits
                    + " (expected: an index below 2^bits, bits up to " + MAXIMUM_BITS + ")");
        }
    }
}
