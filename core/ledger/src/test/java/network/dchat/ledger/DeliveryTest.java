package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private static final NetworkId NETWORK = GenesisIdentity.of(Samples.genesis()).networkId();
    private static final NetworkId OTHER_NETWORK = GenesisIdentity.of(Samples.genesis("other"))
            .networkId();
    private static final SigningKey DEVICE = Samples.key("device");
    private static final MessageId MESSAGE = new MessageId(Samples.hash("message"));
    private static final SignedBytes RECEIPT = DeliveryReceipt.sign(NETWORK, DEVICE, MESSAGE,
            Samples.address("bob"), 5);
    private static final SigningKey CLAIM_KEY = ClaimKey.derive(Samples.hash("secret").bytes());
    private static final PeerId RELAY = PeerId.of(Samples.key("relay1").publicKey());
    private static final SignedBytes CLAIM = DeliveryClaim.sign(NETWORK, CLAIM_KEY, RELAY,
            Samples.commitment("c"));

    @Test
    void aReceiptSaysWhatItsDeviceSigned() {
        assertThat(DeliveryReceipt.verify(NETWORK, RECEIPT).orElseThrow()).isEqualTo(
                new DeliveryReceipt(MESSAGE, Samples.address("bob"), 5, DEVICE.publicKey()));
        for (SignedBytes changed : Mutations.of(RECEIPT)) {
            assertThat(DeliveryReceipt.verify(NETWORK, changed).refusal()).isPresent();
        }
        assertThat(DeliveryReceipt.verify(OTHER_NETWORK, RECEIPT).refusal()).isPresent();
    }

    @Test
    void aClaimSaysWhatItsKeySigned() {
        assertThat(DeliveryClaim.verify(NETWORK, CLAIM).orElseThrow()).isEqualTo(
                new DeliveryClaim(RELAY, Samples.commitment("c"), CLAIM_KEY.publicKey()));
        for (SignedBytes changed : Mutations.of(CLAIM)) {
            assertThat(DeliveryClaim.verify(NETWORK, changed).refusal()).isPresent();
        }
        assertThat(DeliveryClaim.verify(OTHER_NETWORK, CLAIM).refusal()).isPresent();
    }

    @Test
    void oneKindIsNotTakenForTheOther() {
        SignedBytes wrongKind = Signatures.sign(SignatureKind.CLAIM, NETWORK, RECEIPT.getBody(),
                DEVICE);
        assertThat(DeliveryReceipt.verify(NETWORK, wrongKind).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void signedGarbageIsMalformed() {
        SignedBytes garbage = Signatures.sign(SignatureKind.RECEIPT, NETWORK,
                ByteString.copyFromUtf8("garbage"), DEVICE);
        assertThat(DeliveryReceipt.verify(NETWORK, garbage).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.MALFORMED);
        SignedBytes large = Signatures.sign(SignatureKind.RECEIPT, NETWORK,
                ByteString.copyFrom(new byte[DeliveryReceipt.MAXIMUM_SIZE]), DEVICE);
        assertThat(DeliveryReceipt.verify(NETWORK, large).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.TOO_LARGE);
        assertThat(DeliveryClaim.verify(NETWORK, large).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void everyLeafLeadsToItsRootAndNoOtherDoes() {
        List<DeliveryLeaf> leaves = new ArrayList<>();
        for (int index = 0; index < 9; index++) {
            leaves.add(DeliveryLeaf.of(Samples.hash("salt" + index), RECEIPT, CLAIM));
        }
        Hash root = DeliveryLeaf.root(leaves);
        for (int index = 0; index < leaves.size(); index++) {
            List<ByteString> path = DeliveryLeaf.path(leaves, index).getAuntsList();
            assertThat(DeliveryLeaf.paths(leaves).get(index).getAuntsList()).isEqualTo(path);
            assertThat(leaves.get(index).rootOver(9, index, path)).hasValue(root);
            assertThat(leaves.get((index + 1) % 9).rootOver(9, index, path)).isNotEmpty()
                    .isNotEqualTo(java.util.Optional.of(root));
        }
    }
}
