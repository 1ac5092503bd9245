package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.Hash;
import network.dchat.ledger.TestDeliveries.Ordered;
import network.dchat.ledger.TestDeliveries.Root;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final long WINDOW = 40_000;
    private static final long CLAIMS = 400_000;

    private final TestLedger ledger = new TestLedger(genesis());
    private final TestDeliveries deliveries = new TestDeliveries(ledger);

    @Test
    void whoShowsTheDrawnLeavesIsPaidEachPositionOnceAtTheDeadline() {
        List<Ordered> orders = order(20);
        Root root = open(deliveries.honestRoot("relay2", orders));
        OpenRoot drawn = openRoot(root);
        assertThat(drawn.getRequiredList()).hasSize(8);
        assertThat(drawn.getDeadlineMillis()).isEqualTo(ledger.timeMillis() + WINDOW);
        ledger.run(deliveries.answer("relay2", root));
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH - 80);
        ledger.block(WINDOW - 2_000, List.of());
        assertThat(openRoot(root).getShownList()).isEqualTo(drawn.getRequiredList());
        ledger.block();
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH + 60);
        assertThat(ledger.state().supply().getDeposits()).isZero();
        assertThat(ledger.state().supply().getDeliveryPool()).isZero();
        assertThat(ledger.state().openRoot(root.transaction().hash())).isEmpty();
        assertThat(ledger.state().orderedBatch(1, 0)).isEmpty();
    }

    @Test
    void aRootOfFewLeavesShowsThemAllAndMayDoSoInParts() {
        Root root = open(deliveries.honestRoot("relay2", order(3)));
        assertThat(openRoot(root).getRequiredList()).containsExactly(0, 1, 2);
        ledger.run(audit(root, 2));
        assertThat(ledger.refusal(audit(root, 1, 2))).hasValue(RejectionCode.CONFLICT);
        ledger.run(audit(root, 0, 1));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH + 9);
    }

    @Test
    void aLeafThatIsNotShownBurnsTheDepositAndFreesThePositions() {
        List<Ordered> orders = order(3);
        Root root = open(deliveries.honestRoot("relay2", orders));
        ledger.run(audit(root, 0, 1));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH - 12);
        assertThat(ledger.state().supply().getBurnt()).isEqualTo(3 + 12);
        assertThat(ledger.state().supply().getDeliveryPool()).isEqualTo(9);
        Root again = open(deliveries.honestRoot("relay1", orders));
        ledger.run(deliveries.answer("relay1", again));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.state().supply().getDeliveryPool()).isZero();
    }

    @Test
    void anAuditBeforeTheDrawOrOfNoRootIsRefused() {
        Root root = deliveries.honestRoot("relay2", order(3));
        assertThat(
                ledger.refusal(deliveries.audit("relay2", root, List.of(deliveries.leaf(root, 0)))))
                .hasValue(RejectionCode.NOT_FOUND);
        ledger.run(root.transaction());
        assertThat(ledger.refusal(audit(root, 0))).hasValue(RejectionCode.CONFLICT);
        ledger.block();
        assertThat(ledger.refusal(audit(root, 0))).isEmpty();
    }

    @Test
    void aLeafMustBeOneThatIsRequiredAndLeadToTheRoot() {
        Root root = open(deliveries.honestRoot("relay2", order(20)));
        int other = IntStream.range(0, 20)
                .filter(leaf -> !openRoot(root).getRequiredList().contains(leaf)).findFirst()
                .orElseThrow();
        assertThat(ledger.refusal(audit(root, other))).hasValue(RejectionCode.CONFLICT);
        int drawn = openRoot(root).getRequired(0);
        AuditedLeaf good = deliveries.leaf(root, drawn);
        for (AuditedLeaf bad : List.of(good.toBuilder().setSalt(Samples.hash("x").bytes()).build(),
                good.toBuilder().clearSalt().build(),
                good.toBuilder().setReceiptHash(Samples.hash("x").bytes()).build(),
                good.toBuilder().clearReceiptHash().build(), good.toBuilder().clearClaim().build(),
                good.toBuilder().clearAunts().build(),
                good.toBuilder().setOpening(Samples.hash("x").bytes()).build(),
                good.toBuilder().clearOpening().build(), good.toBuilder().clearBatchAunts().build(),
                good.toBuilder().setClaim(deliveries.leaf(root, (drawn + 1) % 20).getClaim())
                        .build())) {
            assertThat(ledger.refusal(deliveries.audit("relay2", root, List.of(bad))))
                    .as(bad.toString()).hasValue(RejectionCode.INVALID);
        }
    }

    @Test
    void aLeafOfTheTreeWithAFalseClaimIsAForgeryAndSlashed() {
        ledger.run(Transactions.stake(ledger.network(), Samples.key("relay2"),
                ledger.sequence("relay2"), 1_000));
        List<Ordered> orders = order(3);
        List<SignedBytes> claims = List.of(deliveries.claim(orders.get(0).message(), "relay2"),
                deliveries.claim(orders.get(1).message(), "relay1"),
                deliveries.claim(orders.get(2).message(), "relay2"));
        Root root = open(deliveries.root("relay2", orders, claims));
        long before = ledger.wealth("relay2");
        ledger.run(audit(root, 0, 1));
        assertThat(ledger.account("relay2").stake()).isEqualTo(950);
        assertThat(ledger.wealth("relay2")).isEqualTo(before - 50);
        assertThat(ledger.state().openRoot(root.transaction().hash())).isEmpty();
        assertThat(ledger.state().supply().getDeposits()).isZero();
        assertThat(ledger.refusal(deliveries.honestRoot("relay1", orders).transaction())).isEmpty();
    }

    @Test
    void whoHoldsTheClaimOfAnothersPositionIsPaidUnlessItIsShownInTime() {
        List<Ordered> orders = order(20);
        Root root = open(deliveries.honestRoot("relay2", orders));
        int stolen = IntStream.range(0, 20)
                .filter(leaf -> !openRoot(root).getRequiredList().contains(leaf)).findFirst()
                .orElseThrow();
        ledger.run(challenge(root, stolen));
        assertThat(openRoot(root).getRequiredList()).hasSize(9).contains(stolen).isSorted();
        assertThat(ledger.refusal(challenge(root, stolen))).hasValue(RejectionCode.CONFLICT);
        List<AuditedLeaf> drawn = openRoot(root).getRequiredList().stream()
                .filter(leaf -> leaf != stolen).map(leaf -> deliveries.leaf(root, leaf)).toList();
        ledger.run(deliveries.audit("relay2", root, drawn));
        assertThat(ledger.refusal(challenge(root, openRoot(root).getShown(0))))
                .hasValue(RejectionCode.CONFLICT);
        long before = ledger.account("relay1").balance();
        ledger.block(WINDOW, List.of());
        assertThat(ledger.account("relay1").balance()).isEqualTo(before + 3);
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH - 80);
        OrderPosition paid = orders.get(stolen).position();
        assertThat(ledger.refusal(Transactions.deliveryRoot(ledger.network(), Samples.key("relay1"),
                ledger.sequence("relay1"), Samples.hash("r"), List.of(paid))))
                .hasValue(RejectionCode.CONFLICT);
    }

    @Test
    void aChallengeThatIsAnsweredPaysTheRootsRelay() {
        Root root = open(deliveries.honestRoot("relay2", order(20)));
        int asked = IntStream.range(0, 20)
                .filter(leaf -> !openRoot(root).getRequiredList().contains(leaf)).findFirst()
                .orElseThrow();
        ledger.run(challenge(root, asked));
        ledger.run(deliveries.answer("relay2", root));
        long before = ledger.account("relay1").balance();
        ledger.block(WINDOW, List.of());
        assertThat(ledger.account("relay1").balance()).isEqualTo(before);
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH + 60);
    }

    @Test
    void aChallengeNeedsAClaimOfTheChallengersOwn() {
        Root root = open(deliveries.honestRoot("relay2", order(3)));
        AuditedLeaf good = deliveries.challenge(root, 1, "relay1");
        for (AuditedLeaf bad : List.of(deliveries.challenge(root, 1, "relay2"),
                good.toBuilder().setIndex(2).build(), good.toBuilder().clearBatchAunts().build(),
                good.toBuilder().setOpening(Samples.hash("x").bytes()).build())) {
            assertThat(ledger.refusal(deliveries.audit("relay1", root, List.of(bad))))
                    .hasValue(RejectionCode.INVALID);
        }
        assertThat(ledger.refusal(
                deliveries.audit("relay1", root, List.of(good.toBuilder().setIndex(3).build()))))
                .hasValue(RejectionCode.CONFLICT);
        assertThat(ledger.refusal(deliveries.audit("relay1", root, List.of(good)))).isEmpty();
    }

    @Test
    void aLateChallengeGivesTheRelayTimeOnceAndNoneComesAfterTheDeadline() {
        Root root = open(deliveries.honestRoot("relay2", order(20)));
        ledger.run(deliveries.answer("relay2", root));
        List<Integer> free = IntStream.range(0, 20).boxed()
                .filter(leaf -> !openRoot(root).getRequiredList().contains(leaf)).toList();
        long deadline = openRoot(root).getDeadlineMillis();
        ledger.run(challenge(root, free.get(0)));
        assertThat(openRoot(root).getDeadlineMillis()).isEqualTo(deadline);
        ledger.block(deadline - ledger.timeMillis() - 2_000, List.of());
        ledger.run(challenge(root, free.get(1)));
        assertThat(openRoot(root).getDeadlineMillis()).isEqualTo(deadline + WINDOW / 2);
        ledger.block();
        assertThat(ledger.refusal(challenge(root, free.get(2)))).hasValue(RejectionCode.EXPIRED);
        ledger.run(deliveries.answer("relay2", root));
        ledger.block(WINDOW / 2, List.of());
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH + 60);
    }

    @Test
    void whatNobodyClaimsInTimeIsBurnt() {
        List<Ordered> orders = order(4);
        ledger.block(CLAIMS - 1_000, List.of());
        assertThat(ledger.state().supply().getDeliveryPool()).isEqualTo(12);
        Root late = deliveries.honestRoot("relay2", orders.subList(0, 1));
        assertThat(ledger.refusal(late.transaction())).isEmpty();
        ledger.run(late.transaction());
        assertThat(ledger.state().supply().getDeliveryPool()).isEqualTo(12);
        assertThat(
                ledger.refusal(deliveries.honestRoot("relay1", orders.subList(1, 2)).transaction()))
                .hasValue(RejectionCode.EXPIRED);
        ledger.block();
        ledger.run(deliveries.answer("relay2", late));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.account("relay2").balance()).isEqualTo(Samples.RICH + 3);
        assertThat(ledger.state().supply().getDeliveryPool()).isZero();
        assertThat(ledger.state().supply().getBurnt()).isEqualTo(4 + 9);
        assertThat(ledger.state().orderedBatch(1, 0)).isEmpty();
    }

    @Test
    void anUntouchedBatchEndsWithItsWindow() {
        order(4);
        ledger.block(CLAIMS, List.of());
        assertThat(ledger.state().orderedBatch(1, 0)).isEmpty();
        assertThat(ledger.state().supply().getBurnt()).isEqualTo(16);
    }

    @Test
    void aRelayHasABoundedNumberOfOpenRoots() {
        List<Ordered> orders = List.of(order(256), order(256), order(256), order(256), order(1))
                .stream().flatMap(List::stream).toList();
        List<Transaction> roots = orders.stream()
                .map(each -> Transactions.deliveryRoot(ledger.network(), Samples.key("relay2"),
                        ledger.sequence("relay2"), Samples.hash("r"), List.of(each.position())))
                .toList();
        Selection selection = ledger.state().select(roots, Integer.MAX_VALUE);
        assertThat(selection.taken()).hasSize(LedgerLimits.MAXIMUM_OPEN_ROOTS);
        assertThat(selection.refused().getFirst().rejection().code())
                .isEqualTo(RejectionCode.QUOTA_EXCEEDED);
        selection.taken().forEach(ledger::add);
        ledger.block();
        assertThat(ledger.refusal(roots.getLast())).hasValue(RejectionCode.QUOTA_EXCEEDED);
        ledger.block();
        ledger.block(WINDOW, List.of());
        assertThat(ledger.refusal(roots.getLast())).isEmpty();
    }

    /// No address and no key but the relays' stands in a chain with all kinds of audits.
    @Test
    void aWholeChainNamesNobodyButTheRelays() {
        List<Ordered> orders = order(20);
        Root root = open(deliveries.honestRoot("relay2", orders));
        ledger.run(challenge(root, 19));
        ledger.run(deliveries.answer("relay2", root));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.included()).hasSize(4);
        for (Transaction each : ledger.included()) {
            assertThat(each.signer()).isIn(Samples.key("relay1").publicKey(),
                    Samples.key("relay2").publicKey());
            for (Ordered order : orders) {
                assertThat(contains(each, Samples.address("recipient").bytes())).isFalse();
                assertThat(contains(each, Samples.key("device").publicKey().bytes())).isFalse();
                assertThat(contains(each, order.message().opening().messageId().bytes())).isFalse();
                assertThat(contains(each, order.message().opening().blinding().bytes())).isFalse();
                assertThat(contains(each, deliveries.receipt(order.message()).getSignature()))
                        .isFalse();
            }
        }
    }

    private static boolean contains(Transaction transaction, com.google.protobuf.ByteString bytes) {
        return transaction.encoded().toString(java.nio.charset.StandardCharsets.ISO_8859_1)
                .contains(bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private List<Ordered> order(int count) {
        return deliveries.order("relay1",
                TestDeliveries.messages("m" + ledger.state().height(), count));
    }

    /// Puts the root into a block, and draws its leaves in the next.
    private Root open(Root root) {
        ledger.run(root.transaction());
        ledger.block();
        return root;
    }

    private OpenRoot openRoot(Root root) {
        Hash hash = root.transaction().hash();
        return ledger.state().openRoot(hash).orElseThrow();
    }

    private Transaction audit(Root root, int... leaves) {
        return deliveries.audit("relay2", root,
                IntStream.of(leaves).mapToObj(leaf -> deliveries.leaf(root, leaf)).toList());
    }

    private Transaction challenge(Root root, int leaf) {
        return deliveries.audit("relay1", root,
                List.of(deliveries.challenge(root, leaf, "relay1")));
    }

    private static Genesis genesis() {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.getParametersBuilder().setAuditWindowMillis(WINDOW).setClaimWindowMillis(CLAIMS);
        return genesis.build();
    }
}
