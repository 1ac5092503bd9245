package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class PortableProofVerifierTest {
    private static final Genesis GENESIS = Samples.genesis();
    private static final NetworkId NETWORK = GenesisRules.networkId(GENESIS);
    private static final SigningKey BOB = Samples.key("bob");
    private static final SigningKey DEVICE = Samples.key("bob's device");
    private static final WalletAddress RECIPIENT = WalletAddress.of(BOB.publicKey());
    private static final long EXPIRES = Samples.GENESIS_MILLIS + 86_400_000;
    private static final Hash CIPHERTEXT = Samples.hash("ciphertext");
    private static final Opening OPENING = Opening.of(
            MessageId.of(NETWORK, RECIPIENT, EXPIRES, CIPHERTEXT), Samples.hash("secret").bytes());

    private final PortableProofVerifier verifier = PortableProofVerifier.of(GENESIS);
    private final TestChain chain = new TestChain(GENESIS);
    private final PortableProof proof = proof();

    @Test
    void showsOrderAndDeliveryAndEachStep() {
        ProofReport report = verifier.verify(proof.toByteString());
        assertThat(report.isValid()).as(report.toString()).isTrue();
        assertThat(report.steps()).extracting(ProofReport.Step::name).containsExactly("validators",
                "message", "order batch", "order block", "receipt", "delivery leaf",
                "delivery block", "device certificate");
        assertThat(report.ordered()).hasValue(new ProofReport.Ordered(OPENING.messageId(),
                RECIPIENT, new OrderPosition(2, 1, 5), Samples.GENESIS_MILLIS + 2000));
        assertThat(report.delivered()).hasValue(new ProofReport.Delivered(4,
                Samples.GENESIS_MILLIS + 4000, Samples.GENESIS_MILLIS + 2500));
    }

    @Test
    void showsTheOrderAloneWhileTheDeliveryIsNotProven() {
        ProofReport report = verifier.verify(proof.toBuilder().clearDelivery().build());
        assertThat(report.isValid()).isTrue();
        assertThat(report.ordered()).isPresent();
        assertThat(report.delivered()).isEmpty();
    }

    @Test
    void everyFieldThatIsChangedFails() {
        int tried = 0;
        for (PortableProof changed : Mutations.of(proof)) {
            ProofReport report = verifier.verify(changed);
            if (changed.equals(proof.toBuilder().clearDelivery().build())
                    || changed.equals(proof.toBuilder().clearLightBlocks().build())) {
                continue;
            }
            assertThat(report.isValid()).as(changed.toString()).isFalse();
            assertThat(report.ordered().isPresent() && report.delivered().isPresent()).isFalse();
            assertThat(report.failure()).isPresent();
            tried++;
        }
        assertThat(tried).isGreaterThan(700);
    }

    @Test
    void anotherGenesisRefusesIt() {
        assertThat(PortableProofVerifier.of(Samples.genesis("other")).verify(proof).isValid())
                .isFalse();
        Genesis.Builder otherValidators = GENESIS.toBuilder();
        otherValidators.getValidatorsBuilder(0).setPower(11);
        assertThat(PortableProofVerifier.of(otherValidators.build()).verify(proof).isValid())
                .isFalse();
    }

    @Test
    void twoOfFourValidatorsProveNothing() {
        PortableProof.Builder weak = proof.toBuilder();
        for (int index = 0; index < 2; index++) {
            weak.getOrderBuilder().getLightBlockBuilder().getSignedHeaderBuilder()
                    .getCommitBuilder().getSignaturesBuilder(index).clear()
                    .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT);
        }
        assertThat(verifier.verify(weak.build()).failure().orElseThrow().name())
                .isEqualTo("order block");
    }

    @Test
    void aReceiptOfADeviceThatIsNotTheRecipientsFails() {
        SigningKey mallory = Samples.key("mallory");
        PortableProof.Builder forged = proof.toBuilder();
        forged.getDeliveryBuilder().setDeviceCertificate(certificate(mallory, DEVICE));
        assertThat(verifier.verify(forged.build()).failure().orElseThrow().name())
                .isEqualTo("device certificate");
        forged.getDeliveryBuilder().setDeviceCertificate(certificate(BOB, mallory));
        assertThat(verifier.verify(forged.build()).failure().orElseThrow().name())
                .isEqualTo("device certificate");
    }

    @Test
    void verifiesWhatARelayPushes() {
        TrustedChain trust = TrustedChain.of(Samples.genesis());
        Finality finality = PortableProofs.finality(OPENING.commitment(), chain.block(2), 1, 5);
        assertThat(verifier.verify(trust, finality).orElseThrow())
                .isEqualTo(new OrderPosition(2, 1, 5));
        for (Finality changed : Mutations.of(finality)) {
            assertThat(verifier.verify(trust, changed).refusal()).as(changed.toString())
                    .isPresent();
        }
    }

    @Test
    void lightBlocksMustBeSignedAndInOrder() {
        PortableProof.Builder longer = proof.toBuilder().clearLightBlocks()
                .addLightBlocks(PortableProofs.lightBlock(chain.block(3)))
                .addLightBlocks(PortableProofs.lightBlock(chain.block(1)));
        assertThat(verifier.verify(longer.build()).failure().orElseThrow().name())
                .isEqualTo("validators");
        PortableProof.Builder many = proof.toBuilder().clearLightBlocks();
        for (int count = 0; count <= LedgerLimits.MAXIMUM_LIGHT_BLOCKS; count++) {
            many.addLightBlocks(PortableProofs.lightBlock(chain.block(1)));
        }
        assertThat(verifier.verify(many.build()).failure().orElseThrow().reason())
                .contains("light blocks: 257");
    }

    @Seeds(count = 200)
    void garbageAndTruncationAreRefusedQuietly(Generator generator) {
        ByteString encoded = proof.toByteString();
        assertThat(verifier.verify(ByteString.copyFrom(generator.bytes(1, 300))).isValid())
                .isFalse();
        ByteString cut = encoded.substring(0, generator.evenly(0, encoded.size() - 1));
        ProofReport report = verifier.verify(cut);
        assertThat(report.isValid() && report.delivered().isPresent()).isFalse();
    }

    @Test
    void oversizedProofsAreRefusedUnread() {
        byte[] large = new byte[LedgerLimits.MAXIMUM_PROOF_BYTES + 1];
        assertThat(verifier.verify(ByteString.copyFrom(large)).failure().orElseThrow().reason())
                .contains("expected: up to");
    }

    /// Block 1 is empty; block 2 holds the message's commitment as the sixth of its second
    /// transaction, block 4 the delivery root with the message as its third leaf.
    private PortableProof proof() {
        chain.decide(List.of());
        List<OrderCommitment> commitments = Samples.commitments("c", 8);
        List<OrderCommitment> batch = new ArrayList<>(commitments);
        batch.set(5, OPENING.commitment());
        chain.decide(List.of(order("relay1", commitments), order("relay2", batch)));
        chain.decide(List.of());
        SignedBytes receipt = DeliveryReceipt.sign(NETWORK, DEVICE, OPENING.messageId(), RECIPIENT,
                Samples.GENESIS_MILLIS + 2500);
        SignedBytes claim = DeliveryClaim.sign(NETWORK,
                ClaimKey.derive(Samples.hash("secret").bytes()),
                PeerId.of(Samples.key("relay2").publicKey()), OPENING.commitment());
        List<DeliveryLeaf> leaves = new ArrayList<>();
        List<OrderPosition> positions = new ArrayList<>();
        for (int index = 0; index < 4; index++) {
            leaves.add(index == 2
                    ? DeliveryLeaf.of(Samples.hash("salt"), receipt, claim)
                    : new DeliveryLeaf(Samples.hash("salt" + index),
                            Samples.hash("receipt" + index), Samples.hash("claim" + index)));
            positions.add(new OrderPosition(2, 1, index == 2 ? 5 : index));
        }
        Transaction root = Transactions.deliveryRoot(NETWORK, Samples.key("relay2"), 2,
                DeliveryLeaf.root(leaves), positions);
        CommittedBlock last = chain
                .decide(List.of(root, order("relay1", Samples.commitments("d", 1))));
        Finality finality = PortableProofs.finality(OPENING.commitment(), chain.block(2), 1, 5);
        OrderProof order = PortableProofs.order(OPENING, RECIPIENT, EXPIRES, CIPHERTEXT, finality);
        DeliveryProof delivery = PortableProofs.delivery(receipt, certificate(BOB, DEVICE), leaves,
                2, last, 0);
        return PortableProofs.assemble(order, Optional.of(delivery),
                List.of(PortableProofs.lightBlock(chain.block(1))));
    }

    private Transaction order(String relay, List<OrderCommitment> commitments) {
        return Transactions.orderBatch(NETWORK, Samples.key(relay),
                chain.state().account(Samples.address(relay)).nextSequence(), commitments);
    }

    private static SignedBytes certificate(SigningKey identity, SigningKey device) {
        return new DeviceCertificate(identity.publicKey(), device.publicKey(),
                Samples.GENESIS_MILLIS, Samples.GENESIS_MILLIS + 86_400_000, 1)
                .sign(NETWORK, identity).signed();
    }
}
