package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.StateSnapshot;
import network.dchat.wire.v1.StorageAuditResult;
import org.junit.jupiter.api.Test;

class ChainStatePropertyTest {
    private static final List<String> NAMES = List.of("relay1", "relay2", "poor", "storage7");

    @Seeds(count = 40)
    void whatIsSelectedAppliesAndUnitsAreConserved(Generator generator) {
        ChainState state = ChainState.genesis(hasty(generator));
        for (int height = 1; height <= 16; height++) {
            List<Transaction> candidates = candidates(generator, state);
            Selection selection = state.select(candidates, Integer.MAX_VALUE);
            assertThat(selection.taken().size() + selection.refused().size())
                    .isEqualTo(candidates.size());
            Hash hash = new Hash(ByteString.copyFrom(generator.bytes(32)));
            List<ByteString> encoded = selection.taken().stream().map(Transaction::encoded)
                    .toList();
            BlockOutcome outcome = state.apply(BlockFacts.plain(height, hash), encoded);
            assertThat(outcome).isInstanceOf(BlockOutcome.Applied.class);
            BlockOutcome again = state.applyVerified(BlockFacts.plain(height, hash),
                    selection.taken());
            state = ((BlockOutcome.Applied) outcome).state();
            assertThat(((BlockOutcome.Applied) again).state().root()).isEqualTo(state.root());
            ChainState loaded = ChainState.fromBytes(state.toBytes());
            assertThat(loaded.root()).isEqualTo(state.root());
            assertThat(loaded.height()).isEqualTo(state.height());
            assertThat(loaded.blockHash()).isEqualTo(state.blockHash());
            assertThat(loaded.supply()).isEqualTo(state.supply());
            assertThat(loaded.toBytes()).isEqualTo(state.toBytes());
            assertThat(loaded.nextRotation().turns()).isEqualTo(state.nextRotation().turns());
            assertThat(loaded.lastValidators()).isEqualTo(state.lastValidators());
            state = generator.chance(0.5) ? loaded : state;
        }
    }

    @Seeds(count = 40)
    void aRefusedTransactionLeavesNoTrace(Generator generator) {
        ChainState state = ChainState.genesis(Samples.genesis());
        for (int height = 1; height <= 6; height++) {
            Selection selection = state.select(candidates(generator, state), Integer.MAX_VALUE);
            Selection alone = state.select(selection.taken(), Integer.MAX_VALUE);
            assertThat(alone.taken()).isEqualTo(selection.taken());
            assertThat(alone.refused()).isEmpty();
            state = ((BlockOutcome.Applied) state
                    .applyVerified(BlockFacts.plain(height, Samples.hash("b")), selection.taken()))
                    .state();
        }
    }

    @Test
    void aSnapshotThatDoesNotAddUpIsRefused() throws Exception {
        ChainState state = ChainState.genesis(Samples.genesis());
        StateSnapshot snapshot = StateSnapshot.parseFrom(state.toBytes());
        for (int index = 0; index < snapshot.getEntriesCount(); index++) {
            StateSnapshot.Builder shorter = snapshot.toBuilder().clearEntries();
            for (int other = 0; other < snapshot.getEntriesCount(); other++) {
                if (other != index) {
                    shorter.addEntries(snapshot.getEntries(other));
                }
            }
            if (!snapshot.getEntries(index).toStringUtf8().contains("operator1")) {
                assertThatThrownBy(() -> ChainState.fromBytes(shorter.build().toByteString()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            ByteString twice = snapshot.toBuilder().addEntries(snapshot.getEntries(index)).build()
                    .toByteString();
            assertThatThrownBy(() -> ChainState.fromBytes(twice))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ChainState.fromBytes(ByteString.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Parameters under which everything is due soon.
    private static Genesis hasty(Generator generator) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.getParametersBuilder().setEpochBlocks(generator.evenly(1, 5))
                .setEpochIssuance(generator.evenly(0, 10_000))
                .setEvidenceMaxAgeBlocks(generator.evenly(1, 5))
                .setUnbondingMillis(generator.evenly(1, 5_000))
                .setAuditWindowMillis(generator.evenly(1, 4_000))
                .setClaimWindowMillis(generator.evenly(1, 8_000))
                .setPowerUnit(generator.evenly(1, 100)).setMaxValidators(generator.evenly(4, 6))
                .setSlashPermille(generator.evenly(1, 1_000));
        return genesis.build();
    }

    private static List<Transaction> candidates(Generator generator, ChainState state) {
        List<Transaction> result = new ArrayList<>();
        int count = generator.evenly(0, 12);
        for (int index = 0; index < count; index++) {
            String name = generator.pick(NAMES);
            long sequence = Math.max(1,
                    state.account(Samples.address(name)).nextSequence() + generator.evenly(-3, 8));
            result.add(switch (generator.evenly(0, 17)) {
                case 12, 13 -> Transactions.stake(state.networkId(), Samples.key(name), sequence,
                        generator.evenly(1, 3000));
                case 14 -> Transactions.stake(state.networkId(), Samples.key(name), sequence,
                        generator.evenly(0, 300),
                        Samples.key("consensus" + generator.evenly(1, 9)));
                case 15, 16 -> Transactions.unstake(state.networkId(), Samples.key(name), sequence,
                        generator.evenly(1, 1500));
                case 17 ->
                    Transactions.storageAuditResult(state.networkId(),
                            Samples.key("storage" + generator.evenly(1, 3)), sequence,
                            StorageAuditResult.newBuilder().setNode(PeerId
                                    .of(Samples.key("storage" + generator.evenly(1, 3)).publicKey())
                                    .toBytes()).setPassed(generator.chance(0.7)).build());
                case 10, 11 -> Transactions.transfer(state.networkId(), Samples.key(name), sequence,
                        Samples.address(generator.pick(NAMES)), generator.evenly(1, 2000));
                case 0, 1, 2, 3, 4 -> Transactions.orderBatch(state.networkId(), Samples.key(name),
                        sequence, Samples.commitments("c" + index, generator.evenly(1, 20)));
                case 5, 6, 7, 8 -> Transactions.deliveryRoot(state.networkId(), Samples.key(name),
                        sequence, Samples.hash("root"), positions(generator, state));
                default -> Transactions.registerNode(state.networkId(), Samples.key(name), sequence,
                        RegisterNode.newBuilder()
                                .setRole(generator.chance(0.5) ? Role.RELAY : Role.STORAGE)
                                .setCapacity(index).build());
            });
        }
        return result;
    }

    private static List<OrderPosition> positions(Generator generator, ChainState state) {
        return generator.list(1, 5, it -> new OrderPosition(it.evenly(1, (int) state.height() + 1),
                it.evenly(0, 3), it.evenly(0, 9))).stream().distinct().toList();
    }
}
