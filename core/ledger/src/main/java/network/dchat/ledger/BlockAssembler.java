package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.BitSet;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.PartSetHeader;
import org.jspecify.annotations.Nullable;

/// Rebuilds a block from its parts, which may come in any order and from anyone: a part counts only
/// with its path to the promised hash. Owned by one thread.
public final class BlockAssembler {
    private final PartSetHeader header;
    private final Hash root;
    private final int maximumBytes;
    private final @Nullable Part[] parts;
    private int missing;
    private Optional<Block> block = Optional.empty();

    private BlockAssembler(PartSetHeader header, Hash root, int maximumBytes) {
        this.header = CometForm.partSetHeader(header);
        this.root = root;
        this.maximumBytes = maximumBytes;
        this.parts = new @Nullable Part[header.getTotal()];
        this.missing = header.getTotal();
    }

    /// What became of a part.
    public sealed interface Outcome {
        /// It was new and belongs to the block.
        record Added() implements Outcome {}

        /// It was there already.
        record Known() implements Outcome {}

        /// It was the last one missing, and this is the block.
        record Completed(Block block) implements Outcome {}

        /// It does not belong to this block, so whoever sent it is wrong.
        record Refused(String reason) implements Outcome {}

        /// All parts are there, but they are no block: whoever promised it is wrong.
        record Broken(String reason) implements Outcome {}
    }

    /// An assembler for the promised parts; empty when their number or hash cannot be right.
    ///
    /// @param maximumBytes of the whole block
    public static Optional<BlockAssembler> create(PartSetHeader header, int maximumBytes) {
        if (maximumBytes < 1 || maximumBytes > LedgerLimits.MAXIMUM_BLOCK_BYTES) {
            throw new IllegalArgumentException("maximum bytes: " + maximumBytes
                    + " (expected: 1 to " + LedgerLimits.MAXIMUM_BLOCK_BYTES + ")");
        }
        int most = (maximumBytes + LedgerLimits.PART_BYTES - 1) / LedgerLimits.PART_BYTES;
        if (header.getTotal() < 1 || header.getTotal() > most) {
            return Optional.empty();
        }
        return Hash.parse(header.getHash())
                .map(root -> new BlockAssembler(header, root, maximumBytes));
    }

    /// Takes a part.
    public Outcome add(Part part) {
        int index = part.getIndex();
        if (index < 0 || index >= parts.length) {
            return new Outcome.Refused("part index: out of range");
        }
        if (parts[index] != null) {
            return new Outcome.Known();
        }
        int size = part.getBytes().size();
        boolean last = index == parts.length - 1;
        if (last ? size < 1 || size > LedgerLimits.PART_BYTES : size != LedgerLimits.PART_BYTES) {
            return new Outcome.Refused("part: wrong length");
        }
        if (part.getProof().getTotal() != parts.length || part.getProof().getIndex() != index
                || !MerkleTree.verify(root, part.getBytes(), part.getProof())) {
            return new Outcome.Refused("part: its path does not lead to the promised hash");
        }
        parts[index] = part;
        missing--;
        return missing > 0 ? new Outcome.Added() : complete();
    }

    /// What was promised.
    public PartSetHeader header() {
        return header;
    }

    /// A part that is there already.
    public Optional<Part> part(int index) {
        return index < 0 || index >= parts.length
                ? Optional.empty()
                : Optional.ofNullable(parts[index]);
    }

    /// Which parts are there: bit i of byte i/8, least significant first.
    public ByteString present() {
        BitSet bits = new BitSet(parts.length);
        for (int index = 0; index < parts.length; index++) {
            bits.set(index, parts[index] != null);
        }
        byte[] bytes = new byte[(parts.length + 7) / 8];
        byte[] set = bits.toByteArray();
        System.arraycopy(set, 0, bytes, 0, set.length);
        return ByteString.copyFrom(bytes);
    }

    /// The block, once it is complete.
    public Optional<Block> block() {
        return block;
    }

    private Outcome complete() {
        ByteString encoded = ByteString.EMPTY;
        for (Part part : parts) {
            if (part == null) {
                throw new IllegalStateException("part: missing (expected: all there)");
            }
            encoded = encoded.concat(part.getBytes());
        }
        if (encoded.size() > maximumBytes) {
            return new Outcome.Broken("block: larger than allowed");
        }
        try {
            Block parsed = Block.parseFrom(encoded);
            if (!Blocks.encode(parsed).equals(encoded)) {
                return new Outcome.Broken("block: not in its only encoding");
            }
            block = Optional.of(parsed);
            return new Outcome.Completed(parsed);
        } catch (InvalidProtocolBufferException malformed) {
            return new Outcome.Broken("block: does not decode");
        }
    }
}
