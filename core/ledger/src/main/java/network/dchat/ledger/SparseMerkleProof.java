package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;

/// What a [SparseMerkleTree] says about one key, for whoever knows only the root.
///
/// @param terminal the leaf at the end of the key's path; none where the subtree is empty
/// @param siblings the other side at each step, from the root down, at most 256
public record SparseMerkleProof(Optional<Terminal> terminal, List<Hash> siblings) {
    /// Largest encoded proof in bytes.
    public static final int MAXIMUM_SIZE = 3 + 2 * Hash.LENGTH + Hash.LENGTH
            + SparseMerkleTree.KEY_BITS * Hash.LENGTH;

    /// Refuses more siblings than a key has bits.
    public SparseMerkleProof {
        siblings = List.copyOf(siblings);
        if (siblings.size() > SparseMerkleTree.KEY_BITS) {
            throw new IllegalArgumentException("siblings: " + siblings.size() + " (expected: up to "
                    + SparseMerkleTree.KEY_BITS + ")");
        }
    }

    /// The leaf where a path ends.
    public record Terminal(Hash key, Hash valueHash) {}

    /// True when the tree with this root holds this value under the key.
    public boolean provesPresence(Hash root, Hash key, ByteString value) {
        return terminal.isPresent() && terminal.get().key().equals(key)
                && terminal.get().valueHash().equals(SparseMerkleTree.valueHash(value))
                && fold(key).equals(root);
    }

    /// True when the tree with this root holds nothing under the key.
    public boolean provesAbsence(Hash root, Hash key) {
        if (terminal.isPresent()
                && (terminal.get().key().equals(key) || !sharesPath(terminal.get().key(), key))) {
            return false;
        }
        return fold(key).equals(root);
    }

    /// The compact form: number of siblings (2 bytes), 1 and the leaf or 0, a bit for each sibling
    /// that is not empty, and these siblings.
    public ByteString toBytes() {
        ByteString.Output output = ByteString.newOutput();
        output.write(siblings.size() >>> 8);
        output.write(siblings.size());
        output.write(terminal.isPresent() ? 1 : 0);
        terminal.ifPresent(leaf -> {
            write(output, leaf.key());
            write(output, leaf.valueHash());
        });
        byte[] bits = new byte[(siblings.size() + 7) / 8];
        for (int index = 0; index < siblings.size(); index++) {
            if (!siblings.get(index).equals(Hash.ZERO)) {
                bits[index / 8] |= (byte) (1 << (index % 8));
            }
        }
        output.write(bits, 0, bits.length);
        siblings.stream().filter(sibling -> !sibling.equals(Hash.ZERO))
                .forEach(sibling -> write(output, sibling));
        return output.toByteString();
    }

    /// A proof from a stranger; empty when it is not in the compact form.
    public static Optional<SparseMerkleProof> parse(ByteString bytes) {
        if (bytes.size() < 3 || bytes.size() > MAXIMUM_SIZE) {
            return Optional.empty();
        }
        int count = ((bytes.byteAt(0) & 0xff) << 8) | (bytes.byteAt(1) & 0xff);
        int kind = bytes.byteAt(2);
        int bitsAt = 3 + (kind == 1 ? 2 * Hash.LENGTH : 0);
        int next = bitsAt + (count + 7) / 8;
        if (count > SparseMerkleTree.KEY_BITS || kind < 0 || kind > 1 || next > bytes.size()) {
            return Optional.empty();
        }
        Optional<Terminal> terminal = kind == 0
                ? Optional.empty()
                : Optional.of(new Terminal(hashAt(bytes, 3), hashAt(bytes, 3 + Hash.LENGTH)));
        List<Hash> siblings = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            boolean full = ((bytes.byteAt(bitsAt + index / 8) >>> (index % 8)) & 1) == 1;
            if (full && next + Hash.LENGTH > bytes.size()) {
                return Optional.empty();
            }
            siblings.add(full ? hashAt(bytes, next) : Hash.ZERO);
            next += full ? Hash.LENGTH : 0;
        }
        SparseMerkleProof proof = new SparseMerkleProof(terminal, siblings);
        return proof.toBytes().equals(bytes) ? Optional.of(proof) : Optional.empty();
    }

    private Hash fold(Hash key) {
        Hash hash = terminal.map(leaf -> SparseMerkleTree.leafHash(leaf.key(), leaf.valueHash()))
                .orElse(Hash.ZERO);
        for (int depth = siblings.size() - 1; depth >= 0; depth--) {
            Hash sibling = siblings.get(depth);
            hash = SparseMerkleTree.bit(key, depth)
                    ? SparseMerkleTree.innerHash(sibling, hash)
                    : SparseMerkleTree.innerHash(hash, sibling);
        }
        return hash;
    }

    private boolean sharesPath(Hash one, Hash other) {
        for (int depth = 0; depth < siblings.size(); depth++) {
            if (SparseMerkleTree.bit(one, depth) != SparseMerkleTree.bit(other, depth)) {
                return false;
            }
        }
        return true;
    }

    private static void write(ByteString.Output output, Hash hash) {
        byte[] bytes = hash.bytes().toByteArray();
        output.write(bytes, 0, bytes.length);
    }

    private static Hash hashAt(ByteString bytes, int from) {
        return new Hash(bytes.substring(from, from + Hash.LENGTH));
    }
}
