package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunk;
import org.junit.jupiter.api.Test;

class StateChunksTest {
    private static final int MOST_BITS = 8;
    private static final int SAMPLED_FLIPS = 40;

    @Seeds(count = 20)
    void chunksOfAnyTreeAddUpToItAndHoldAgainstItsRoot(Generator generator) {
        for (int entries : List.of(0, 1, 2, 10, 1_000)) {
            SparseMerkleTree tree = tree(generator, entries);
            List<ByteString> all = tree.branch(0, 0).values();
            assertThat(all).hasSize(entries);
            for (int bits = 0; bits <= MOST_BITS; bits++) {
                List<ByteString> found = new ArrayList<>();
                for (int index = 0; index < 1 << bits; index++) {
                    found.addAll(own(tree, bits, index));
                }
                assertThat(found).isEqualTo(all);
            }
        }
    }

    @Seeds(count = 3)
    void noBitOfASmallChunkCanBeBent(Generator generator) {
        for (int entries : List.of(0, 1, 2, 10)) {
            SparseMerkleTree tree = tree(generator, entries);
            for (int bits = 0; bits <= MOST_BITS; bits++) {
                int index = generator.evenly(0, (1 << bits) - 1);
                ByteString encoded = StateChunks.cut(tree, bits, index).toByteString();
                for (int bit = 0; bit < 8 * encoded.size(); bit++) {
                    requireRefused(tree, bits, index, flipped(encoded, bit));
                }
            }
        }
    }

    @Seeds(count = 5)
    void noBitOfALargeChunkCanBeBent(Generator generator) {
        SparseMerkleTree tree = tree(generator, 1_000);
        for (int bits = 0; bits <= MOST_BITS; bits++) {
            int index = generator.evenly(0, (1 << bits) - 1);
            ByteString encoded = StateChunks.cut(tree, bits, index).toByteString();
            for (int flip = 0; flip < SAMPLED_FLIPS && !encoded.isEmpty(); flip++) {
                int bit = generator.evenly(0, 8 * encoded.size() - 1);
                requireRefused(tree, bits, index, flipped(encoded, bit));
            }
        }
    }

    @Seeds(count = 20)
    void aChunkHasOneFormAndOnePlace(Generator generator) {
        SparseMerkleTree tree = tree(generator, generator.pick(List.of(1, 2, 3, 10, 100)));
        int bits = generator.evenly(1, MOST_BITS);
        int index = generator.evenly(0, (1 << bits) - 1);
        SnapshotChunk good = StateChunks.cut(tree, bits, index);
        for (SnapshotChunk bad : Mutations.of(good)) {
            assertThat(StateChunks.verify(tree.root(), bits, index, bad).toOptional()).isEmpty();
        }
        for (int other = 0; other < 1 << bits; other++) {
            int below = bits - good.getSiblingsCount();
            boolean alike = other >>> below == index >>> below;
            assertThat(StateChunks.verify(tree.root(), bits, other, good).toOptional().isPresent())
                    .isEqualTo(alike);
        }
        if (good.getEntriesCount() > 1) {
            List<ByteString> reversed = good.getEntriesList().reversed();
            requireInvalid(tree, bits, index,
                    good.toBuilder().clearEntries().addAllEntries(reversed).build());
        }
        if (good.getEntriesCount() > 0) {
            requireInvalid(tree, bits, index,
                    good.toBuilder().addEntries(good.getEntries(0)).build());
        }
        requireInvalid(tree, bits, index, good.toBuilder().addEntries(entry(generator, 1)).build());
    }

    @Test
    void aLeafAboveTheLastBitStandsInEveryChunkBelowItAndBelongsToOne() {
        Generator generator = new Generator(new SplittableRandom(7));
        SparseMerkleTree tree = tree(generator, 1);
        Hash key = tree.firstKey().orElseThrow();
        for (int index = 0; index < 4; index++) {
            SnapshotChunk chunk = StateChunks.cut(tree, 2, index);
            assertThat(chunk.getEntriesCount()).isOne();
            assertThat(chunk.getSiblingsCount()).isZero();
            boolean mine = (key.bytes().byteAt(0) & 0xff) >>> 6 == index;
            assertThat(own(tree, 2, index)).hasSize(mine ? 1 : 0);
        }
    }

    @Test
    void sizesAreBounded() {
        SparseMerkleTree tree = SparseMerkleTree.EMPTY;
        SnapshotChunk.Builder large = SnapshotChunk.newBuilder();
        requireMalformed(tree,
                large.addEntries(ByteString.copyFrom(new byte[StateChunks.MAXIMUM_ENTRY_BYTES + 1]))
                        .build());
        requireMalformed(tree,
                SnapshotChunk.newBuilder().addSiblings(ByteString.copyFrom(new byte[31])).build());
        requireMalformed(tree, SnapshotChunk.newBuilder().addSiblings(Hash.ZERO.bytes())
                .addSiblings(Hash.ZERO.bytes()).addSiblings(Hash.ZERO.bytes()).build());
        SnapshotChunk.Builder many = SnapshotChunk.newBuilder();
        for (int index = 0; index < 3; index++) {
            many.addEntries(ByteString.copyFrom(new byte[StateChunks.MAXIMUM_ENTRY_BYTES]));
        }
        requireMalformed(tree, many.build());
        requireMalformed(tree, SnapshotChunk.newBuilder().addEntries(ByteString.EMPTY).build());
        assertThatThrownBy(() -> StateChunks.cut(tree, 17, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StateChunks.cut(tree, 2, 4))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStateComesBackWholeFromItsChunks() {
        ChainState state = ChainState.genesis(Samples.genesis());
        StateChunks.Cut cut = StateChunks.cut(state);
        assertThat(cut.bits()).isZero();
        assertThat(cut.entries()).isEqualTo(state.tree().size());
        for (int bits = 0; bits <= MOST_BITS; bits++) {
            List<List<ByteString>> chunks = new ArrayList<>();
            for (int index = 0; index < 1 << bits; index++) {
                chunks.add(StateChunks.verify(state.root(), bits, index, state.chunk(bits, index))
                        .orElseThrow());
            }
            ChainState again = StateChunks.assemble(0, Hash.ZERO, chunks);
            assertThat(again.root()).isEqualTo(state.root());
            assertThat(again.toBytes()).isEqualTo(state.toBytes());
        }
    }

    private static List<ByteString> own(SparseMerkleTree tree, int bits, int index) {
        return StateChunks.verify(tree.root(), bits, index, StateChunks.cut(tree, bits, index))
                .orElseThrow();
    }

    private static void requireRefused(SparseMerkleTree tree, int bits, int index,
            ByteString encoded) {
        try {
            assertThat(
                    StateChunks.verify(tree.root(), bits, index, SnapshotChunk.parseFrom(encoded))
                            .toOptional())
                    .isEmpty();
        } catch (InvalidProtocolBufferException undecodable) {
            assertThat(undecodable).hasMessageNotContaining("null");
        }
    }

    private static void requireInvalid(SparseMerkleTree tree, int bits, int index,
            SnapshotChunk chunk) {
        assertThat(StateChunks.verify(tree.root(), bits, index, chunk).refusal())
                .hasValueSatisfying(
                        refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.INVALID));
    }

    private static void requireMalformed(SparseMerkleTree tree, SnapshotChunk chunk) {
        assertThat(StateChunks.verify(tree.root(), 2, 0, chunk).refusal()).hasValueSatisfying(
                refusal -> assertThat(refusal.code()).isEqualTo(RejectionCode.MALFORMED));
    }

    private static SparseMerkleTree tree(Generator generator, int entries) {
        SparseMerkleTree tree = SparseMerkleTree.EMPTY;
        while (tree.size() < entries) {
            ByteString entry = entry(generator, tree.size());
            tree = tree.put(StateEntries.keyOf(StateEntries.decode(entry)), entry);
        }
        return tree;
    }

    private static ByteString entry(Generator generator, long balance) {
        WalletAddress address = new WalletAddress(
                ByteString.copyFrom(generator.bytes(WalletAddress.LENGTH)));
        return new Account(address, balance, 0, SequenceWindow.EMPTY).entry();
    }

    private static ByteString flipped(ByteString bytes, int bit) {
        byte[] changed = bytes.toByteArray();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return ByteString.copyFrom(changed);
    }
}
