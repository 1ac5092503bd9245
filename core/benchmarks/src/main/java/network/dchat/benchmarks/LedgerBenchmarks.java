package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.ledger.BlockFacts;
import network.dchat.ledger.BlockOutcome;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.Genesis;

/// Trees and blocks against SHA-256 of the same bytes.
final class LedgerBenchmarks {
    private static final int LEAVES = 1_000;
    private static final int LEAF = 100;
    private static final int BATCHES = 16;
    private static final int COMMITMENTS = 256;

    private static final int TRANSFERS = 2_000;
    private static final int ACCOUNTS = 10_000;

    private LedgerBenchmarks() {}

    static Comparison merkleRoot() {
        List<byte[]> plain = new ArrayList<>();
        List<ByteString> leaves = new ArrayList<>();
        for (int index = 0; index < LEAVES; index++) {
            plain.add(Fixtures.bytes(LEAF, index));
            leaves.add(ByteString.copyFrom(plain.getLast()));
        }
        return new Comparison("leaves", LEAVES,
                () -> MerkleTree.root(leaves).bytes().asReadOnlyByteBuffer().getLong(),
                Fixtures.plainHashes(plain), "SHA-256 of each leaf");
    }

    /// A block of 2,000 transfers of 2,000 senders, verified before, applied to a state of 10,000
    /// accounts; the root is worked out too.
    static Comparison applyTransfers() {
        ChainState state = ChainState.genesis(SmallChain.genesis(4, ACCOUNTS));
        List<Transaction> block = new ArrayList<>();
        List<byte[]> plain = new ArrayList<>();
        for (int index = 0; index < TRANSFERS; index++) {
            block.add(
                    SmallChain.transfer(state.networkId(), index, (index * 7_919 + 1) % ACCOUNTS));
            plain.add(block.getLast().encoded().toByteArray());
        }
        return apply("transactions", state, block, plain);
    }

    /// A block of 16 batches of 256 commitments, verified before, applied to the state after the
    /// genesis.
    static Comparison applyBatches() {
        Genesis genesis = SmallChain.genesis(4);
        ChainState state = ChainState.genesis(genesis);
        List<Transaction> block = new ArrayList<>();
        List<byte[]> plain = new ArrayList<>();
        for (int index = 1; index <= BATCHES; index++) {
            block.add(SmallChain.orders(state.networkId(), index, COMMITMENTS));
            plain.add(block.getLast().encoded().toByteArray());
        }
        return apply("batches", state, block, plain);
    }

    private static Comparison apply(String unit, ChainState state, List<Transaction> block,
            List<byte[]> plain) {
        BlockFacts facts = BlockFacts.plain(1, Fixtures.hash("block"));
        return new Comparison(unit, block.size(), () -> {
            BlockOutcome outcome = state.applyVerified(facts, block);
            if (!(outcome instanceof BlockOutcome.Applied applied)) {
                throw new IllegalStateException("block: " + outcome + " (expected: applied)");
            }
            return applied.state().root().bytes().asReadOnlyByteBuffer().getLong();
        }, Fixtures.plainHashes(plain), "SHA-256 of each transaction");
    }
}
