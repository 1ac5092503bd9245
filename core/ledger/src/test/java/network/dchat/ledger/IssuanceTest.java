package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.TestDeliveries.Ordered;
import network.dchat.ledger.TestDeliveries.Root;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.StorageAuditResult;
import org.junit.jupiter.api.Test;

class IssuanceTest {
    private static final long EPOCH = 30;
    private static final long WINDOW = 5_000;

    private final TestLedger ledger = new TestLedger(genesis(8_000));
    private final TestDeliveries deliveries = new TestDeliveries(ledger);

    @Test
    void validatorsWhoSignedTwoThirdsShareHalfByStake() {
        ledger.blocks(10);
        ledger.silence(List.of("consensus1"));
        ledger.blocks(11);
        ledger.silence(List.of("consensus2"));
        ledger.blocks(8);
        assertThat(ledger.state().supply().getMinted()).isEqualTo(2 * Samples.RICH + 40);
        ledger.block();
        assertThat(ledger.account("validator1").balance()).isZero();
        assertThat(ledger.account("validator2").balance()).isEqualTo(1_333);
        assertThat(ledger.account("validator3").balance()).isEqualTo(1_333);
        assertThat(ledger.account("validator4").balance()).isEqualTo(1_333);
        assertThat(ledger.state().supply().getMinted())
                .isEqualTo(2 * Samples.RICH + 40 + 3 * 1_333);
        ledger.silence(List.of());
        ledger.blocks((int) EPOCH);
        assertThat(ledger.account("validator1").balance()).isEqualTo(1_000);
    }

    @Test
    void issuanceStopsAtTheMostThatMayEverBeMinted() {
        Genesis.Builder genesis = genesis(LedgerLimits.MAXIMUM_MINTED).toBuilder();
        genesis.getBalancesBuilder(0)
                .setAmount(LedgerLimits.MAXIMUM_MINTED - Samples.RICH - Samples.STAKED - 100);
        TestLedger full = new TestLedger(genesis.build());
        full.blocks((int) EPOCH);
        assertThat(full.state().supply().getMinted())
                .isEqualTo(LedgerLimits.MAXIMUM_MINTED - 100 + 48);
        full.blocks(4 * (int) EPOCH);
        assertThat(full.state().supply().getMinted())
                .isBetween(LedgerLimits.MAXIMUM_MINTED - 100 + 80, LedgerLimits.MAXIMUM_MINTED);
    }

    @Test
    void aRelayGetsAtMostHalfOfWhatBurntOfItsFees() {
        ledger.add(stake("relay2", 500));
        ledger.run(stake("relay1", 500));
        deliver("relay2", 40);
        long before = ledger.wealth("relay2");
        assertThat(ledger.state().height()).isLessThan(EPOCH);
        ledger.blocks((int) (EPOCH - ledger.state().height()));
        assertThat(ledger.wealth("relay2")).isEqualTo(before + 40 / 2);
        ledger.blocks((int) EPOCH);
        assertThat(ledger.wealth("relay2")).isEqualTo(before + 40 / 2);
    }

    @Test
    void aRelayWithoutStakeOrRegistrationGetsNothing() {
        ledger.add(Transactions.transfer(ledger.network(), Samples.key("relay1"),
                ledger.sequence("relay1"), Samples.address("stranger"), 10_000));
        ledger.block();
        ledger.run(stake("stranger", 100));
        deliver("relay2", 40);
        deliver("stranger", 40);
        long before = ledger.wealth("relay2");
        long stranger = ledger.wealth("stranger");
        ledger.blocks((int) (EPOCH - ledger.state().height()));
        assertThat(ledger.wealth("relay2")).isEqualTo(before);
        assertThat(ledger.wealth("stranger")).isEqualTo(stranger);
    }

    @Test
    void aStorageNodeNeedsAMajorityOfItsDrawnAuditors() {
        for (String name : List.of("storage1", "storage2", "storage3")) {
            ledger.add(Transactions.transfer(ledger.network(), Samples.key("relay1"),
                    ledger.sequence("relay1"), Samples.address(name), 1_000));
        }
        ledger.block();
        for (String name : List.of("storage1", "storage2", "storage3")) {
            ledger.add(stake(name, 100));
        }
        ledger.block();
        verdicts("storage1", List.of(true, true, false));
        verdicts("storage2", List.of(true, false, false));
        verdicts("storage3", List.of(true));
        long[] before = {ledger.wealth("storage1"), ledger.wealth("storage2"),
                ledger.wealth("storage3")};
        ledger.blocks((int) (EPOCH - ledger.state().height()));
        assertThat(ledger.wealth("storage1")).isEqualTo(before[0] + 2_000);
        assertThat(ledger.wealth("storage2")).isEqualTo(before[1]);
        assertThat(ledger.wealth("storage3")).isEqualTo(before[2]);
    }

    @Test
    void onlyDrawnAuditorsSayAndEachOnceAnEpoch() {
        PublicKey node = Samples.key("storage1").publicKey();
        assertThat(ledger.state().storageAuditors(node)).isEmpty();
        assertThat(ledger.refusal(result("storage2", "storage1", true)))
                .hasValue(RejectionCode.NOT_AUTHORISED);
        ledger.block();
        List<PublicKey> auditors = ledger.state().storageAuditors(node);
        assertThat(auditors).hasSize(3).doesNotContain(node).doesNotHaveDuplicates();
        int refused = 0;
        for (int index = 2; index <= 8; index++) {
            String name = "storage" + index;
            boolean drawn = auditors.contains(Samples.key(name).publicKey());
            Transaction result = result(name, "storage1", true);
            assertThat(ledger.refusal(result).isEmpty()).isEqualTo(drawn);
            refused += drawn ? 0 : 1;
            if (drawn) {
                ledger.run(result);
                assertThat(ledger.refusal(result(name, "storage1", false)))
                        .hasValue(RejectionCode.CONFLICT);
            }
        }
        assertThat(refused).isEqualTo(4);
        assertThat(ledger.refusal(result("storage1", "storage1", true)))
                .hasValue(RejectionCode.NOT_AUTHORISED);
        assertThat(ledger.refusal(result("storage2", "relay1", true)))
                .hasValue(RejectionCode.NOT_FOUND);
        ledger.blocks((int) (EPOCH + 1 - ledger.state().height()));
        String again = nameOf(ledger.state().storageAuditors(node).getFirst());
        assertThat(ledger.refusal(result(again, "storage1", true))).isEmpty();
    }

    @Test
    void aNodeThatRegistersAuditsFromTheNextEpochOn() {
        ledger.block();
        List<PublicKey> auditors = ledger.state()
                .storageAuditors(Samples.key("storage1").publicKey());
        for (int index = 20; index < 40; index++) {
            ledger.add(Transactions.registerNode(ledger.network(), Samples.key("storage" + index),
                    1,
                    network.dchat.wire.v1.RegisterNode.newBuilder().setRole(Role.STORAGE).build()));
        }
        ledger.block();
        assertThat(ledger.state().storageAuditors(Samples.key("storage1").publicKey()))
                .isEqualTo(auditors);
    }

    private void verdicts(String node, List<Boolean> verdicts) {
        List<PublicKey> auditors = ledger.state().storageAuditors(Samples.key(node).publicKey());
        for (int index = 0; index < verdicts.size(); index++) {
            ledger.run(result(nameOf(auditors.get(index)), node, verdicts.get(index)));
        }
    }

    private static String nameOf(PublicKey key) {
        return java.util.stream.IntStream.rangeClosed(1, 8).mapToObj(index -> "storage" + index)
                .filter(name -> Samples.key(name).publicKey().equals(key)).findFirst()
                .orElseThrow();
    }

    private Transaction result(String auditor, String node, boolean passed) {
        return Transactions.storageAuditResult(ledger.network(), Samples.key(auditor),
                ledger.sequence(auditor),
                StorageAuditResult.newBuilder()
                        .setNode(PeerId.of(Samples.key(node).publicKey()).toBytes())
                        .setChallenge(ByteString.copyFromUtf8("challenge"))
                        .setAnswer(ByteString.copyFromUtf8("answer")).setPassed(passed).build());
    }

    private void deliver(String relay, int count) {
        List<Ordered> orders = deliveries.order("relay1",
                TestDeliveries.messages("for " + relay, count));
        Root root = deliveries.honestRoot(relay, orders);
        ledger.run(root.transaction());
        ledger.block();
        ledger.run(deliveries.answer(relay, root));
        ledger.block(WINDOW, List.of());
        assertThat(ledger.state().openRoot(root.transaction().hash())).isEmpty();
    }

    private Transaction stake(String name, long amount) {
        return Transactions.stake(ledger.network(), Samples.key(name), ledger.sequence(name),
                amount);
    }

    private static Genesis genesis(long issuance) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.getParametersBuilder().setEpochBlocks(EPOCH).setEpochIssuance(issuance)
                .setAuditWindowMillis(WINDOW);
        for (int index = 4; index <= 8; index++) {
            genesis.addNodes(GenesisNode.newBuilder().setRole(Role.STORAGE)
                    .setPeerKey(Samples.key("storage" + index).publicKey().bytes()));
        }
        return genesis.build();
    }
}
