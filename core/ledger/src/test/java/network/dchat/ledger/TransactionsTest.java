package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.DeliveryAudit;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Stake;
import network.dchat.wire.v1.StorageAuditResult;
import network.dchat.wire.v1.TransactionBody;
import network.dchat.wire.v1.Transfer;
import network.dchat.wire.v1.Unstake;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private static final NetworkId NETWORK = GenesisIdentity.of(Samples.genesis()).networkId();
    private static final SigningKey RELAY = Samples.key("relay1");

    @Test
    void aTransactionIsWhatItsSignerSigned() {
        Transaction made = Transactions.orderBatch(NETWORK, RELAY, 1, Samples.commitments("c", 3));
        Transaction read = Transactions.verify(NETWORK, made.encoded()).orElseThrow();
        assertThat(read).isEqualTo(made);
        assertThat(read.signer()).isEqualTo(RELAY.publicKey());
        assertThat(read.sender()).isEqualTo(Samples.address("relay1"));
        assertThat(read.body()).isEqualTo(made.body());
        assertThat(read.hash()).isEqualTo(Blocks.transactionHash(made.encoded()));
    }

    @Test
    void refusesEveryChangeOfAnyField() throws Exception {
        Transaction made = Transactions.orderBatch(NETWORK, RELAY, 1, Samples.commitments("c", 2));
        for (SignedBytes changed : Mutations.of(SignedBytes.parseFrom(made.encoded()))) {
            assertThat(Transactions.verify(NETWORK, changed.toByteString()).refusal()).isPresent();
        }
        for (TransactionBody changed : Mutations.of(made.body())) {
            SignedBytes forged = SignedBytes.parseFrom(made.encoded()).toBuilder()
                    .setBody(changed.toByteString()).build();
            assertThat(Transactions.verify(NETWORK, forged.toByteString()).refusal()).isPresent();
        }
    }

    @Test
    void refusesOtherEncodingsOfTheSame() throws Exception {
        ByteString encoded = Transactions.orderBatch(NETWORK, RELAY, 1, Samples.commitments("c", 1))
                .encoded();
        ByteString unknownField = ByteString.copyFrom(new byte[]{0x78, 1});
        assertCode(encoded.concat(unknownField), RejectionCode.MALFORMED);
        ByteString signatureAgain = SignedBytes.newBuilder()
                .setSignature(SignedBytes.parseFrom(encoded).getSignature()).build().toByteString();
        assertCode(encoded.concat(signatureAgain), RejectionCode.MALFORMED);
    }

    @Test
    void refusesWhatIsNotSignedForThisNetworkAndKind() {
        TransactionBody body = order(1, 1);
        NetworkId other = GenesisIdentity.of(Samples.genesis("other")).networkId();
        assertCode(Transactions.sign(other, RELAY, body).encoded(), RejectionCode.BAD_SIGNATURE);
        assertCode(Signatures.sign(SignatureKind.GOSSIP, NETWORK, body.toByteString(), RELAY)
                .toByteString(), RejectionCode.BAD_SIGNATURE);
        assertCode(SignedBytes.newBuilder().setBody(body.toByteString()).build().toByteString(),
                RejectionCode.UNSIGNED);
        assertCode(ByteString.EMPTY, RejectionCode.UNSIGNED);
        assertCode(ByteString.copyFrom(new byte[]{1, 2, 3}), RejectionCode.MALFORMED);
        assertCode(ByteString.copyFrom(new byte[LedgerLimits.MAXIMUM_TRANSACTION_BYTES + 1]),
                RejectionCode.TOO_LARGE);
    }

    @Test
    void takesBatchesOfOneTo256Commitments() {
        assertThat(refusal(order(1, 1))).isNull();
        assertThat(refusal(order(1, 256))).isNull();
        assertThat(refusal(order(1, 257))).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(order(1, 0))).isEqualTo(RejectionCode.INVALID);
        assertThat(
                refusal(TransactionBody.newBuilder().setSequence(1)
                        .setOrderBatch(OrderBatch.newBuilder()
                                .addCommitments(ByteString.copyFromUtf8("short")))
                        .build()))
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void takesRootsOfOneTo1024DifferentPositions() {
        assertThat(refusal(root(1))).isNull();
        assertThat(refusal(root(1024))).isNull();
        assertThat(refusal(root(1025))).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(root(0))).isEqualTo(RejectionCode.INVALID);
        TransactionBody.Builder twice = root(2).toBuilder();
        twice.getDeliveryRootBuilder().setPositions(1, twice.getDeliveryRoot().getPositions(0));
        assertThat(refusal(twice.build())).isEqualTo(RejectionCode.INVALID);
        TransactionBody.Builder miscounted = root(2).toBuilder();
        miscounted.getDeliveryRootBuilder().setCount(3);
        assertThat(refusal(miscounted.build())).isEqualTo(RejectionCode.INVALID);
        TransactionBody.Builder early = root(1).toBuilder();
        early.getDeliveryRootBuilder().getPositionsBuilder(0).setHeight(0);
        assertThat(refusal(early.build())).isEqualTo(RejectionCode.INVALID);
        TransactionBody.Builder negative = root(1).toBuilder();
        negative.getDeliveryRootBuilder().getPositionsBuilder(0).setTransaction(-1);
        assertThat(refusal(negative.build())).isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void takesRegistrationsOfRelaysAndStorageNodesWithShortNames() {
        RegisterNode good = RegisterNode.newBuilder().setRole(Role.STORAGE)
                .setOperator("o".repeat(64)).setRegion("r".repeat(32)).setCapacity(1).build();
        assertThat(refusal(register(good))).isNull();
        assertThat(refusal(register(good.toBuilder().setRole(Role.VALIDATOR).build())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(register(good.toBuilder().setOperator("o".repeat(65)).build())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(register(good.toBuilder().setRegion("r".repeat(33)).build())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(register(good.toBuilder().setRegion("a\nb").build())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(register(good.toBuilder().setCapacity(-1).build())))
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void refusesSequencesOutsideOfPositiveLongs() {
        assertThat(refusal(order(0, 1))).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(order(-1, 1))).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(order(Long.MAX_VALUE, 1))).isNull();
    }

    @Test
    void refusesAnActionThatIsNone() {
        TransactionBody none = TransactionBody.newBuilder().setSequence(1).build();
        assertThat(refusal(none)).isEqualTo(RejectionCode.UNKNOWN_KIND);
        assertThatThrownBy(() -> Transactions.sign(NETWORK, RELAY, none))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStakeNamesAnAmountOrAKeyThatAgrees() {
        SigningKey key = Samples.key("consensus9");
        Stake good = Transactions.stake(NETWORK, RELAY, 1, 0, key).body().getStake();
        assertThat(refusal(stake(good))).isNull();
        assertThat(refusal(stake(Stake.newBuilder().setAmount(1).build()))).isNull();
        assertThat(refusal(stake(good.toBuilder().setAmount(LedgerLimits.MAXIMUM_MINTED).build())))
                .isNull();
        for (Stake bad : List.of(Stake.getDefaultInstance(),
                good.toBuilder().setAmount(LedgerLimits.MAXIMUM_MINTED + 1).build(),
                good.toBuilder().clearConsensusKey().setAmount(1).build(),
                good.toBuilder().clearConsensusKeyProof().build(),
                good.toBuilder().setConsensusKey(ByteString.copyFrom(new byte[32])).build())) {
            assertThat(refusal(stake(bad))).isEqualTo(RejectionCode.INVALID);
        }
        Stake stolen = Transactions.stake(NETWORK, Samples.key("relay2"), 1, 0, key).body()
                .getStake();
        assertThat(refusal(stake(stolen))).isEqualTo(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void anUnstakeNamesAnAmount() {
        for (long amount : List.of(0L, -1L, LedgerLimits.MAXIMUM_MINTED + 1)) {
            assertThat(refusal(TransactionBody.newBuilder().setSequence(1)
                    .setUnstake(Unstake.newBuilder().setAmount(amount)).build()))
                    .isEqualTo(RejectionCode.INVALID);
        }
        assertThat(refusal(Transactions.unstake(NETWORK, RELAY, 1, 1).body())).isNull();
    }

    @Test
    void anAuditShowsAscendingLeavesOfBoundedSize() {
        AuditedLeaf leaf = AuditedLeaf.newBuilder().setIndex(3)
                .addAunts(Samples.hash("aunt").bytes()).build();
        DeliveryAudit good = DeliveryAudit.newBuilder()
                .setRootTransaction(Samples.hash("root").bytes()).addLeaves(leaf).build();
        assertThat(refusal(audit(good))).isNull();
        DeliveryAudit.Builder many = good.toBuilder().clearLeaves();
        IntStream.rangeClosed(0, LedgerLimits.MAXIMUM_AUDITED_LEAVES)
                .forEach(index -> many.addLeaves(leaf.toBuilder().setIndex(index)));
        for (DeliveryAudit bad : List.of(good.toBuilder().clearLeaves().build(), many.build(),
                good.toBuilder().addLeaves(leaf).build(),
                good.toBuilder().clearRootTransaction().build(),
                good.toBuilder().setLeaves(0, leaf.toBuilder().setIndex(1024)).build(),
                good.toBuilder().setLeaves(0, leaf.toBuilder().addAunts(ByteString.EMPTY)).build(),
                good.toBuilder().setLeaves(0, leaf.toBuilder().addBatchAunts(ByteString.EMPTY))
                        .build(),
                good.toBuilder()
                        .setLeaves(0,
                                leaf.toBuilder()
                                        .setClaim(SignedBytes.newBuilder()
                                                .setBody(ByteString.copyFrom(new byte[512]))))
                        .build())) {
            assertThat(refusal(audit(bad))).isEqualTo(RejectionCode.INVALID);
        }
        assertThat(refusal(audit(many.removeLeaves(0).build()))).isNull();
    }

    @Test
    void aStorageAuditNamesAPeer() {
        StorageAuditResult good = StorageAuditResult.newBuilder()
                .setNode(PeerId.of(RELAY.publicKey()).toBytes())
                .setAnswer(ByteString.copyFrom(new byte[1024])).build();
        TransactionBody.Builder body = TransactionBody.newBuilder().setSequence(1);
        assertThat(refusal(body.setStorageAuditResult(good).build())).isNull();
        assertThat(refusal(
                body.setStorageAuditResult(StorageAuditResult.getDefaultInstance()).build()))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(body
                .setStorageAuditResult(
                        good.toBuilder().setChallenge(ByteString.copyFrom(new byte[1025])))
                .build())).isEqualTo(RejectionCode.INVALID);
    }

    private static TransactionBody stake(Stake stake) {
        return TransactionBody.newBuilder().setSequence(1).setStake(stake).build();
    }

    private static TransactionBody audit(DeliveryAudit audit) {
        return TransactionBody.newBuilder().setSequence(1).setDeliveryAudit(audit).build();
    }

    @Test
    void aTransferNamesAnAddressAndAnAmount() {
        Transfer good = Transfer.newBuilder().setRecipient(Samples.address("relay2").bytes())
                .setAmount(1).build();
        TransactionBody.Builder body = TransactionBody.newBuilder().setSequence(1);
        for (Transfer each : List.of(good.toBuilder().setAmount(0).build(),
                good.toBuilder().setAmount(-1).build(),
                good.toBuilder().setAmount(LedgerLimits.MAXIMUM_MINTED + 1).build(),
                good.toBuilder().clearRecipient().build(),
                good.toBuilder().setRecipient(good.getRecipient().substring(1)).build())) {
            assertThat(refusal(body.setTransfer(each).build())).isEqualTo(RejectionCode.INVALID);
        }
        Transaction most = Transactions.transfer(NETWORK, RELAY, 1, Samples.address("relay2"),
                LedgerLimits.MAXIMUM_MINTED);
        assertThat(Transactions.verify(NETWORK, most.encoded()).toOptional()).contains(most);
    }

    @Seeds(count = 20)
    void answersABatchInItsOrder(Generator generator) {
        List<ByteString> batch = new ArrayList<>();
        List<Boolean> good = new ArrayList<>();
        for (int index = 0; index < 20; index++) {
            ByteString encoded = Transactions
                    .orderBatch(NETWORK, RELAY, 1 + index, Samples.commitments("c", 1)).encoded();
            int kind = generator.evenly(0, 2);
            good.add(kind == 0);
            batch.add(switch (kind) {
                case 0 -> encoded;
                case 1 -> flipped(encoded, generator.evenly(0, encoded.size() - 1));
                default -> ByteString.copyFrom(generator.bytes(0, 200));
            });
        }
        assertThat(Transactions.verifyAll(NETWORK, batch))
                .extracting(answer -> answer.toOptional().isPresent()).isEqualTo(good);
    }

    private static ByteString flipped(ByteString bytes, int index) {
        byte[] copy = bytes.toByteArray();
        copy[index] ^= 1;
        return ByteString.copyFrom(copy);
    }

    private static TransactionBody order(long sequence, int count) {
        OrderBatch.Builder batch = OrderBatch.newBuilder();
        Samples.commitments("c", count).forEach(each -> batch.addCommitments(each.bytes()));
        return TransactionBody.newBuilder().setSequence(sequence).setOrderBatch(batch).build();
    }

    private static TransactionBody root(int count) {
        DeliveryRoot.Builder root = DeliveryRoot.newBuilder().setCount(count)
                .setRoot(Samples.hash("root").bytes());
        IntStream.range(0, count).forEach(index -> root
                .addPositions(new OrderPosition(1, index / 256, index % 256).toWire()));
        return TransactionBody.newBuilder().setSequence(1).setDeliveryRoot(root).build();
    }

    private static TransactionBody register(RegisterNode registration) {
        return TransactionBody.newBuilder().setSequence(1).setRegisterNode(registration).build();
    }

    private static @org.jspecify.annotations.Nullable RejectionCode refusal(TransactionBody body) {
        Verified<Transaction> answer = Transactions.verify(NETWORK,
                Signatures.sign(SignatureKind.TRANSACTION, NETWORK, body.toByteString(), RELAY)
                        .toByteString());
        return answer.refusal().map(rejection -> rejection.code()).orElse(null);
    }

    private static void assertCode(ByteString encoded, RejectionCode code) {
        assertThat(Transactions.verify(NETWORK, encoded).refusal().orElseThrow().code())
                .isEqualTo(code);
    }
}
