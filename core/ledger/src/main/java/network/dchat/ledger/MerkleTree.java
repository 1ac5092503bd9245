package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.wire.v1.MerkleProof;

/// The Merkle tree of RFC 6962 section 2.1, as CometBFT uses it: SHA-256, prefix 0 before a leaf
/// and 1 before an inner node, left subtree as large as the largest power of two below the number
/// of leaves.
///
/// A path lists its hashes from the leaf's sibling up to the root's child.
public final class MerkleTree {
    private static final ByteString LEAF_PREFIX = ByteString.copyFrom(new byte[]{0});
    private static final ByteString INNER_PREFIX = ByteString.copyFrom(new byte[]{1});

    private MerkleTree() {}

    /// The root over the leaves; without leaves SHA-256 of nothing.
    public static Hash root(List<ByteString> leaves) {
        if (leaves.isEmpty()) {
            return Sha256.of(ByteString.EMPTY);
        }
        return rootOfRange(leaves, 0, leaves.size());
    }

    /// The path of one leaf.
    public static MerkleProof prove(List<ByteString> leaves, int index) {
        if (index < 0 || index >= leaves.size()) {
            throw new IllegalArgumentException(
                    "index: " + index + " (expected: 0 to " + (leaves.size() - 1) + ")");
        }
        MerkleProof.Builder proof = MerkleProof.newBuilder().setTotal(leaves.size()).setIndex(index)
                .setLeafHash(leafHash(leaves.get(index)).bytes());
        addAunts(proof, leaves, 0, leaves.size(), index);
        return proof.build();
    }

    /// The paths of all leaves, in order.
    public static List<MerkleProof> proveAll(List<ByteString> leaves) {
        List<MerkleProof.Builder> proofs = new ArrayList<>(leaves.size());
        for (int index = 0; index < leaves.size(); index++) {
            proofs.add(MerkleProof.newBuilder().setTotal(leaves.size()).setIndex(index)
                    .setLeafHash(leafHash(leaves.get(index)).bytes()));
        }
        if (!leaves.isEmpty()) {
            proveRange(proofs, 0, leaves.size());
        }
        return proofs.stream().map(MerkleProof.Builder::build).toList();
    }

    /// True when the path leads from this leaf to this root, and says so in its only form.
    public static boolean verify(Hash root, ByteString leaf, MerkleProof proof) {
        Hash leafHash = leafHash(leaf);
        return proof.getLeafHash().equals(leafHash.bytes())
                && rootOf(proof.getTotal(), proof.getIndex(), leafHash, proof.getAuntsList())
                        .filter(root::equals).isPresent();
    }

    /// The root that a path leads to; empty when its length or one of its hashes is wrong.
    ///
    /// @param total number of leaves, at most 2^32
    /// @param aunts the path, from the leaf's sibling up
    public static Optional<Hash> rootOf(long total, long index, Hash leafHash,
            List<ByteString> aunts) {
        if (index < 0 || index >= total || total > 1L << LedgerLimits.MAXIMUM_AUNTS
                || aunts.size() > LedgerLimits.MAXIMUM_AUNTS) {
            return Optional.empty();
        }
        boolean[] right = new boolean[aunts.size()];
        long size = total;
        long offset = index;
        int depth = aunts.size();
        while (size > 1) {
            if (depth == 0) {
                return Optional.empty();
            }
            long split = splitPoint(size);
            depth--;
            right[depth] = offset >= split;
            size = right[depth] ? size - split : split;
            offset = right[depth] ? offset - split : offset;
        }
        if (depth != 0) {
            return Optional.empty();
        }
        Hash hash = leafHash;
        for (int level = 0; level < right.length; level++) {
            Optional<Hash> aunt = Hash.parse(aunts.get(level));
            if (aunt.isEmpty()) {
                return Optional.empty();
            }
            hash = right[level] ? innerHash(aunt.get(), hash) : innerHash(hash, aunt.get());
        }
        return Optional.of(hash);
    }

    /// SHA-256(0 ‖ leaf).
    public static Hash leafHash(ByteString leaf) {
        return Sha256.of(LEAF_PREFIX, leaf);
    }

    /// SHA-256(1 ‖ left ‖ right).
    public static Hash innerHash(Hash left, Hash right) {
        return Sha256.of(INNER_PREFIX, left.bytes(), right.bytes());
    }

    private static Hash rootOfRange(List<ByteString> leaves, int from, int to) {
        if (to - from == 1) {
            return leafHash(leaves.get(from));
        }
        int middle = from + (int) splitPoint(to - from);
        return innerHash(rootOfRange(leaves, from, middle), rootOfRange(leaves, middle, to));
    }

    private static void addAunts(MerkleProof.Builder proof, List<ByteString> leaves, int from,
            int to, int index) {
        if (to - from == 1) {
            return;
        }
        int middle = from + (int) splitPoint(to - from);
        if (index < middle) {
            addAunts(proof, leaves, from, middle, index);
            proof.addAunts(rootOfRange(leaves, middle, to).bytes());
        } else {
            addAunts(proof, leaves, middle, to, index);
            proof.addAunts(rootOfRange(leaves, from, middle).bytes());
        }
    }

    private static Hash proveRange(List<MerkleProof.Builder> proofs, int from, int to) {
        if (to - from == 1) {
            return new Hash(proofs.get(from).getLeafHash());
        }
        int middle = from + (int) splitPoint(to - from);
        Hash left = proveRange(proofs, from, middle);
        Hash right = proveRange(proofs, middle, to);
        for (int index = from; index < to; index++) {
            proofs.get(index).addAunts(index < middle ? right.bytes() : left.bytes());
        }
        return innerHash(left, right);
    }

    /// The largest power of two below the size.
    private static long splitPoint(long size) {
        return Long.highestOneBit(size - 1);
    }
}
