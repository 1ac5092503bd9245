package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.Supply;
import org.junit.jupiter.api.Test;

class ChainStateTest {
    private static final Hash BLOCK = Samples.hash("block");
    private final ChainState genesis = ChainState.genesis(Samples.genesis());

    @Test
    void beginsWithWhatTheGenesisSays() {
        assertThat(genesis.height()).isZero();
        assertThat(genesis.account(Samples.address("relay1")).balance()).isEqualTo(Samples.RICH);
        assertThat(genesis.account(Samples.address("nobody")))
                .isEqualTo(Account.empty(Samples.address("nobody")));
        assertThat(genesis.nodes(Role.RELAY)).hasSize(2);
        assertThat(genesis.nodes(Role.STORAGE)).hasSize(3);
        assertThat(genesis.nodes(Role.ROLE_UNSPECIFIED)).hasSize(5);
        assertThat(genesis.supply().getMinted()).isEqualTo(2 * Samples.RICH + Samples.STAKED);
        assertThat(genesis.supply().getStakes()).isEqualTo(Samples.STAKED);
        PeerId storage = PeerId.of(Samples.key("storage1").publicKey());
        RegisteredNode node = genesis.node(storage.publicKey()).orElseThrow();
        assertThat(node.getSeat())
                .isEqualTo(Seats.seat(storage, genesis.networkId().value()).bytes());
        assertThat(node.getRegisteredHeight()).isZero();
    }

    @Test
    void theSameGenesisGivesTheSameRootAndAnyOtherAnother() {
        assertThat(ChainState.genesis(Samples.genesis()).root()).isEqualTo(genesis.root());
        assertThat(ChainState.genesis(Samples.genesis("other")).root())
                .isNotEqualTo(genesis.root());
        Genesis.Builder richer = Samples.genesis().toBuilder();
        richer.getBalancesBuilder(0).setAmount(Samples.RICH + 1);
        assertThat(ChainState.genesis(richer.build()).root()).isNotEqualTo(genesis.root());
    }

    @Test
    void ordersCommitmentsForAFeeOfWhichAQuarterBurns() {
        Transaction order = order("relay1", 1, 10);
        BlockOutcome.Applied applied = apply(genesis, order);
        assertThat(applied.results()).containsExactly(new BlockOutcome.Result(order.hash(), 40, 0));
        ChainState state = applied.state();
        assertThat(state.height()).isEqualTo(1);
        assertThat(state.blockHash()).isEqualTo(BLOCK);
        assertThat(state.account(Samples.address("relay1")).balance()).isEqualTo(Samples.RICH - 40);
        assertThat(state.supply().getDeliveryPool()).isEqualTo(30);
        assertThat(state.supply().getBurnt()).isEqualTo(10);
        assertThat(state.orderedBatch(1, 0).orElseThrow().getCount()).isEqualTo(10);
        assertThat(state.orderedBatch(1, 1)).isEmpty();
        assertThat(genesis.account(Samples.address("relay1")).balance()).isEqualTo(Samples.RICH);
    }

    @Test
    void refusesASequenceThatWasUsedOrIsTooOld() {
        ChainState state = apply(genesis, order("relay1", 2000, 1)).state();
        assertRefused(state, RejectionCode.REPLAYED, order("relay1", 2000, 1));
        assertRefused(state, RejectionCode.REPLAYED, order("relay1", 976, 1));
        assertThat(state.apply(BlockFacts.plain(2, BLOCK), encoded(order("relay1", 977, 1))))
                .isInstanceOf(BlockOutcome.Applied.class);
        assertThat(state.apply(BlockFacts.plain(2, BLOCK), encoded(order("relay2", 1, 1))))
                .isInstanceOf(BlockOutcome.Applied.class);
        assertThat(genesis.apply(BlockFacts.plain(1, BLOCK),
                encoded(order("relay1", 5, 1), order("relay1", 5, 2))))
                .isInstanceOfSatisfying(BlockOutcome.Refused.class,
                        refused -> assertThat(refused.index()).isEqualTo(1));
    }

    @Test
    void paysToTheLastUnitAndNotBeyond() {
        Genesis.Builder poor = Samples.genesis().toBuilder();
        poor.getBalancesBuilder(0).setAmount(12);
        ChainState state = ChainState.genesis(poor.build());
        Transaction affordable = Transactions.orderBatch(state.networkId(), Samples.key("relay1"),
                1, Samples.commitments("c", 3));
        Transaction dear = Transactions.orderBatch(state.networkId(), Samples.key("relay1"), 2,
                Samples.commitments("c", 4));
        Transaction stranger = Transactions.orderBatch(state.networkId(), Samples.key("nobody"), 1,
                Samples.commitments("c", 1));
        assertRefused(state, RejectionCode.INSUFFICIENT_FUNDS, dear);
        assertRefused(state, RejectionCode.INSUFFICIENT_FUNDS, stranger);
        assertThat(apply(state, affordable).state().account(Samples.address("relay1")).balance())
                .isZero();
    }

    @Test
    void aTransferMovesUnitsAndBurnsItsFee() {
        long fee = genesis.parameters().getCommitmentFee();
        WalletAddress poor = Samples.address("nobody");
        ChainState state = apply(genesis, transfer("relay1", 1, poor, 100)).state();
        assertThat(state.account(poor).balance()).isEqualTo(100);
        assertThat(state.account(Samples.address("relay1")).balance())
                .isEqualTo(Samples.RICH - 100 - fee);
        assertThat(state.supply().getBurnt()).isEqualTo(fee);
        assertRefused(state, RejectionCode.INSUFFICIENT_FUNDS,
                transfer("nobody", 1, poor, 101 - fee));
        assertRefused(state, RejectionCode.INSUFFICIENT_FUNDS,
                transfer("nobody", 1, poor, LedgerLimits.MAXIMUM_MINTED));
        ChainState emptied = apply(state,
                transfer("nobody", 1, Samples.address("relay2"), 100 - fee)).state();
        assertThat(emptied.account(poor).balance()).isZero();
        ChainState toItself = apply(state, transfer("nobody", 1, poor, 100 - fee)).state();
        assertThat(toItself.account(poor).balance()).isEqualTo(100 - fee);
    }

    @Test
    void aDeliveryRootClaimsPositionsOnceAndHoldsADeposit() {
        ChainState ordered = apply(genesis, order("relay1", 1, 3), order("relay2", 1, 2)).state();
        Transaction root = root("relay2", 2, position(1, 0, 2), position(1, 1, 0));
        ChainState state = apply(ordered, root).state();
        assertThat(state.supply().getDeposits()).isEqualTo(8);
        assertThat(state.account(Samples.address("relay2")).balance())
                .isEqualTo(Samples.RICH - 8 - 8);
        OpenRoot open = state.openRoot(root.hash()).orElseThrow();
        assertThat(open.getDeposit()).isEqualTo(8);
        assertThat(open.getHeight()).isEqualTo(2);
        assertThat(open.getSigner()).isEqualTo(Samples.key("relay2").publicKey().bytes());
        assertThat(state.orderedBatch(1, 0).orElseThrow().getClaimed())
                .isEqualTo(ByteString.copyFrom(new byte[]{4}));
        assertRefused(state, RejectionCode.CONFLICT,
                root("relay1", 2, position(1, 0, 1), position(1, 0, 2)));
        assertThat(
                apply(state, root("relay1", 2, position(1, 0, 1))).state().supply().getDeposits())
                .isEqualTo(12);
    }

    @Test
    void aDeliveryRootNeedsPositionsThatWereOrderedBefore() {
        ChainState state = apply(genesis, order("relay1", 1, 3)).state();
        assertRefused(state, RejectionCode.NOT_FOUND, root("relay1", 2, position(1, 0, 3)));
        assertRefused(state, RejectionCode.NOT_FOUND, root("relay1", 2, position(1, 1, 0)));
        assertRefused(state, RejectionCode.NOT_FOUND, root("relay1", 2, position(7, 0, 0)));
        assertThat(state.apply(BlockFacts.plain(2, BLOCK),
                encoded(order("relay1", 2, 1), root("relay1", 3, position(2, 0, 0)))))
                .isInstanceOf(BlockOutcome.Refused.class);
        assertThat(state.apply(BlockFacts.plain(2, BLOCK),
                encoded(root("relay1", 2, position(1, 0, 0)),
                        root("relay2", 2, position(1, 0, 0)))))
                .isInstanceOf(BlockOutcome.Refused.class);
    }

    @Test
    void theChainsOwnLimitsMayBeLower() {
        Genesis.Builder strict = Samples.genesis().toBuilder();
        strict.getParametersBuilder().setMaxBatchCommitments(2).setMaxRootLeaves(1);
        ChainState state = ChainState.genesis(strict.build());
        Transaction two = Transactions.orderBatch(state.networkId(), Samples.key("relay1"), 1,
                Samples.commitments("c", 2));
        Transaction three = Transactions.orderBatch(state.networkId(), Samples.key("relay1"), 1,
                Samples.commitments("c", 3));
        Transaction wide = Transactions.deliveryRoot(state.networkId(), Samples.key("relay1"), 2,
                Samples.hash("root"), List.of(position(1, 0, 0), position(1, 0, 1)));
        assertRefused(state, RejectionCode.INVALID, three);
        assertRefused(apply(state, two).state(), RejectionCode.INVALID, wide);
    }

    @Test
    void aStorageNodeGetsItsSeatFromTheBlockAfterItsRegistration() {
        ChainState one = apply(genesis, register("storage9", 1, Role.STORAGE, "south")).state();
        PeerId peer = PeerId.of(Samples.key("storage9").publicKey());
        assertThat(one.node(peer.publicKey()).orElseThrow().getSeat()).isEmpty();
        assertThat(one.node(peer.publicKey()).orElseThrow().getRegisteredHeight()).isEqualTo(1);
        Hash lot = Samples.hash("next block");
        ChainState two = applied(one.apply(BlockFacts.plain(2, lot),
                encoded(register("storage9", 2, Role.STORAGE, "west")))).state();
        RegisteredNode seated = two.node(peer.publicKey()).orElseThrow();
        assertThat(seated.getSeat()).isEqualTo(Seats.seat(peer, lot).bytes());
        assertThat(seated.getRegion()).isEqualTo("west");
        ChainState three = applied(two.apply(BlockFacts.plain(3, BLOCK),
                encoded(register("storage9", 3, Role.STORAGE, "east")))).state();
        assertThat(three.node(peer.publicKey()).orElseThrow().getSeat())
                .isEqualTo(seated.getSeat());
        assertRefused(three, RejectionCode.CONFLICT, register("storage9", 4, Role.RELAY, "east"));
    }

    @Test
    void aRelayHasNoSeat() {
        ChainState one = apply(genesis, register("relay9", 1, Role.RELAY, "south")).state();
        ChainState two = apply(one).state();
        assertThat(two.node(Samples.key("relay9").publicKey()).orElseThrow().getSeat()).isEmpty();
    }

    @Test
    void aBlockRegisters64NodesAndNotOneMore() {
        List<Transaction> registrations = new ArrayList<>();
        IntStream.rangeClosed(1, 65)
                .forEach(index -> registrations.add(register("new" + index, 1, Role.RELAY, "r")));
        assertThat(genesis.applyVerified(BlockFacts.plain(1, BLOCK), registrations.subList(0, 64)))
                .isInstanceOf(BlockOutcome.Applied.class);
        assertThat(genesis.applyVerified(BlockFacts.plain(1, BLOCK), registrations))
                .isInstanceOfSatisfying(BlockOutcome.Refused.class, refused -> {
                    assertThat(refused.index()).isEqualTo(64);
                    assertThat(refused.rejection().code()).isEqualTo(RejectionCode.RATE_LIMITED);
                });
        Selection selection = genesis.select(registrations, Integer.MAX_VALUE);
        assertThat(selection.taken()).isEqualTo(registrations.subList(0, 64));
        assertThat(selection.refused()).hasSize(1);
    }

    @Test
    void transactionsFillABlockToItsLimitAndNotBeyond() {
        Genesis.Builder small = Samples.genesis().toBuilder();
        small.getParametersBuilder().setMaxBlockBytes(LedgerLimits.MINIMUM_BLOCK_BYTES);
        ChainState state = ChainState.genesis(small.build());
        List<Transaction> orders = new ArrayList<>();
        for (int sequence = 1; sequence <= 20; sequence++) {
            orders.add(Transactions.orderBatch(state.networkId(), Samples.key("relay1"), sequence,
                    Samples.commitments("c", 256)));
        }
        Selection selection = state.select(orders, Integer.MAX_VALUE);
        int taken = selection.taken().size();
        assertThat(taken).isBetween(1, 19);
        assertThat(selection.left()).isEqualTo(20 - taken);
        assertThat(state.applyVerified(BlockFacts.plain(1, BLOCK), selection.taken()))
                .isInstanceOf(BlockOutcome.Applied.class);
        assertThat(state.applyVerified(BlockFacts.plain(1, BLOCK), orders.subList(0, taken + 1)))
                .isInstanceOfSatisfying(BlockOutcome.Refused.class,
                        refused -> assertThat(refused.rejection().code())
                                .isEqualTo(RejectionCode.TOO_LARGE));
        assertThat(state.select(orders, 0).taken()).isEmpty();
    }

    @Test
    void aBlockWithAForeignOrBrokenTransactionIsRefused() {
        ChainState other = ChainState.genesis(Samples.genesis("other"));
        ByteString foreign = Transactions.orderBatch(other.networkId(), Samples.key("relay1"), 1,
                Samples.commitments("c", 1)).encoded();
        assertThat(genesis.apply(BlockFacts.plain(1, BLOCK),
                List.of(order("relay1", 1, 1).encoded(), foreign)))
                .isInstanceOfSatisfying(BlockOutcome.Refused.class, refused -> {
                    assertThat(refused.index()).isEqualTo(1);
                    assertThat(refused.rejection().code()).isEqualTo(RejectionCode.BAD_SIGNATURE);
                });
        assertThatThrownBy(() -> genesis.apply(BlockFacts.plain(2, BLOCK), List.of()))
                .hasMessage("height: 2 (expected: 1)");
    }

    @Test
    void anEmptyBlockIsRemembered() {
        ChainState state = apply(genesis).state();
        assertThat(state.blockTimeAt(1)).hasValue(BlockFacts.plain(1, BLOCK).time());
        assertThat(state.root()).isNotEqualTo(genesis.root());
    }

    @Test
    void provesAccountsToWhoeverKnowsTheAppHash() {
        ChainState state = apply(genesis, order("relay1", 7, 3)).state();
        for (String name : List.of("relay1", "relay2", "nobody")) {
            Account account = state.account(Samples.address(name));
            SparseMerkleProof proof = state.proveAccount(Samples.address(name));
            assertThat(account.isProvenBy(proof, state.root())).isTrue();
            assertThat(Account.parse(account.address(), account.toWire())).hasValue(account);
            assertThat(account.debit(0).use(99).isProvenBy(proof, state.root())).isFalse();
            assertThat(account.isProvenBy(proof, genesis.root())).isFalse();
        }
        assertThat(Account.empty(Samples.address("relay1"))
                .isProvenBy(state.proveAccount(Samples.address("relay1")), state.root())).isFalse();
    }

    @Test
    void unitsThatAppearOrVanishStopTheNode() {
        Supply supply = genesis.supply();
        ChainState.requireConservation(supply);
        assertThatThrownBy(
                () -> ChainState.requireConservation(supply.toBuilder().setBurnt(1).build()))
                .isInstanceOf(IllegalStateException.class);
    }

    private Transaction transfer(String name, long sequence, WalletAddress recipient, long amount) {
        return Transactions.transfer(genesis.networkId(), Samples.key(name), sequence, recipient,
                amount);
    }

    private Transaction order(String relay, long sequence, int count) {
        return Transactions.orderBatch(genesis.networkId(), Samples.key(relay), sequence,
                Samples.commitments(relay + sequence, count));
    }

    private Transaction root(String relay, long sequence, OrderPosition... positions) {
        return Transactions.deliveryRoot(genesis.networkId(), Samples.key(relay), sequence,
                Samples.hash("root"), List.of(positions));
    }

    private Transaction register(String node, long sequence, Role role, String region) {
        return Transactions.registerNode(genesis.networkId(), Samples.key(node), sequence,
                RegisterNode.newBuilder().setRole(role).setOperator("operator9").setRegion(region)
                        .setCapacity(5).build());
    }

    private static OrderPosition position(long height, int transaction, int index) {
        return new OrderPosition(height, transaction, index);
    }

    private static List<ByteString> encoded(Transaction... transactions) {
        return java.util.Arrays.stream(transactions).map(Transaction::encoded).toList();
    }

    private static BlockOutcome.Applied apply(ChainState state, Transaction... transactions) {
        return applied(
                state.apply(BlockFacts.plain(state.height() + 1, BLOCK), encoded(transactions)));
    }

    private static BlockOutcome.Applied applied(BlockOutcome outcome) {
        if (outcome instanceof BlockOutcome.Applied applied) {
            return applied;
        }
        throw new AssertionError(outcome);
    }

    private static void assertRefused(ChainState state, RejectionCode code, Transaction refused) {
        assertThat(state.check(refused).orElseThrow().code()).isEqualTo(code);
        assertThat(state.apply(BlockFacts.plain(state.height() + 1, BLOCK), encoded(refused)))
                .isInstanceOfSatisfying(BlockOutcome.Refused.class,
                        outcome -> assertThat(outcome.rejection().code()).isEqualTo(code));
        assertThat(state.select(List.of(refused), Integer.MAX_VALUE).refused()).hasSize(1);
    }
}
