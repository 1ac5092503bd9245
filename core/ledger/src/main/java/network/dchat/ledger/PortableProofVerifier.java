package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.RejectionCode;

/// Verifies portable proofs with nothing but the genesis: no network, no clock, no state. May be
/// used by many threads.
public final class PortableProofVerifier {
    private final NetworkId networkId;
    private final TrustedChain genesis;

    private PortableProofVerifier(Genesis genesis) {
        this.networkId = GenesisRules.networkId(genesis);
        this.genesis = TrustedChain.of(genesis);
    }

    /// A verifier that trusts this genesis.
    ///
    /// @throws IllegalArgumentException when the genesis breaks a rule
    public static PortableProofVerifier of(Genesis genesis) {
        return new PortableProofVerifier(GenesisRules.require(genesis));
    }

    /// Verifies an encoded proof from a stranger.
    public ProofReport verify(ByteString encoded) {
        if (encoded.size() > LedgerLimits.MAXIMUM_PROOF_BYTES) {
            return broken("proof: " + encoded.size() + " bytes (expected: up to "
                    + LedgerLimits.MAXIMUM_PROOF_BYTES + ")");
        }
        try {
            return verify(PortableProof.parseFrom(encoded));
        } catch (InvalidProtocolBufferException malformed) {
            return broken("proof: does not decode");
        }
    }

    /// Verifies a proof. A step that needs one that failed is not taken.
    public ProofReport verify(PortableProof proof) {
        Steps steps = new Steps();
        OrderProof order = proof.getOrder();
        Optional<TrustedChain> chain = steps.take("validators",
                () -> genesis.extend(proof.getLightBlocksList()),
                _ -> proof.getLightBlocksCount() + " changes since genesis");
        Optional<Message> message = steps.take("message", () -> message(order),
                it -> it.opening().messageId().hex());
        Optional<Transaction> batch = message.flatMap(it -> steps.take("order batch",
                () -> orderBatch(order, it), found -> found.hash().hex()));
        Optional<ProofReport.Ordered> ordered = chain
                .flatMap(trusted -> batch.flatMap(found -> message
                        .flatMap(it -> steps.take("order block", () -> ordered(trusted, order, it),
                                where -> "position " + where.position()))));
        if (!proof.hasDelivery()) {
            return new ProofReport(networkId, steps.taken(), ordered, Optional.empty());
        }
        DeliveryProof delivery = proof.getDelivery();
        Optional<DeliveryReceipt> receipt = message.flatMap(it -> steps.take("receipt",
                () -> receipt(delivery, it), found -> "received at " + found.receivedAtMillis()));
        Optional<DeliveryRoot> root = receipt.flatMap(_ -> steps.take("delivery leaf",
                () -> deliveryRoot(delivery), found -> found.getCount() + " leaves"));
        Optional<TrustedChain.TrustedTransaction> block = root
                .flatMap(_ -> chain.flatMap(trusted -> steps.take("delivery block",
                        () -> trusted.verify(delivery.getLightBlock(), delivery.getTransaction(),
                                delivery.getPath()),
                        found -> "height " + found.header().header().getHeight())));
        Optional<DeviceCertificate> device = block
                .flatMap(found -> receipt.flatMap(it -> steps.take("device certificate",
                        () -> certificate(delivery, it, found.header().timeMillis()),
                        certificate -> "device " + certificate.deviceNumber() + " of "
                                + certificate.address())));
        Optional<ProofReport.Delivered> delivered = device.isEmpty() || ordered.isEmpty()
                ? Optional.empty()
                : block.flatMap(found -> receipt
                        .map(it -> new ProofReport.Delivered(found.header().header().getHeight(),
                                found.header().timeMillis(), it.receivedAtMillis())));
        return new ProofReport(networkId, steps.taken(), ordered, delivered);
    }

    /// Where a commitment stands, from what a relay pushed.
    ///
    /// @param chain trust that reaches as far as the block
    public Verified<OrderPosition> verify(TrustedChain chain, Finality finality) {
        Optional<OrderCommitment> commitment = OrderCommitment.parse(finality.getCommitment());
        if (commitment.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED, "commitment: not 32 bytes");
        }
        int index = finality.getPosition().getIndex();
        return orderBatch(finality.getTransaction(), index, commitment.get())
                .then(_ -> chain.verify(finality.getLightBlock(), finality.getTransaction(),
                        finality.getPath()))
                .then(found -> position(found, index))
                .then(position -> position.toWire().equals(finality.getPosition())
                        ? Verified.accepted(position)
                        : Verified.rejected(RejectionCode.INVALID,
                                "position: another one than is proven"));
    }

    private Verified<Message> message(OrderProof order) {
        Optional<WalletAddress> recipient = WalletAddress.parse(order.getRecipient());
        Optional<Hash> ciphertext = Hash.parse(order.getCiphertextHash());
        Optional<Hash> blinding = Hash.parse(order.getBlinding());
        Optional<PublicKey> claimKey = PublicKey.parse(order.getClaimKey());
        if (recipient.isEmpty() || ciphertext.isEmpty() || blinding.isEmpty()
                || claimKey.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "recipient, ciphertext hash, blinding or claim key: wrong form");
        }
        MessageId id = MessageId.of(networkId, recipient.get(), order.getExpiresAt(),
                ciphertext.get());
        return Verified.accepted(
                new Message(recipient.get(), new Opening(id, blinding.get(), claimKey.get())));
    }

    private Verified<Transaction> orderBatch(OrderProof order, Message message) {
        return orderBatch(order.getTransaction(), order.getIndex(), message.opening().commitment());
    }

    private Verified<Transaction> orderBatch(ByteString encoded, int index,
            OrderCommitment commitment) {
        return Transactions.verify(networkId, encoded).then(transaction -> {
            OrderBatch batch = transaction.body().getOrderBatch();
            if (index < 0 || index >= batch.getCommitmentsCount()
                    || !batch.getCommitments(index).equals(commitment.bytes())) {
                return Verified.rejected(RejectionCode.INVALID,
                        "order batch: does not hold this message's commitment there");
            }
            return Verified.accepted(transaction);
        });
    }

    private static Verified<ProofReport.Ordered> ordered(TrustedChain chain, OrderProof order,
            Message message) {
        return chain.verify(order.getLightBlock(), order.getTransaction(), order.getPath())
                .then(found -> position(found, order.getIndex()).then(position -> Verified
                        .accepted(new ProofReport.Ordered(message.opening().messageId(),
                                message.recipient(), position, found.header().timeMillis()))));
    }

    private static Verified<OrderPosition> position(TrustedChain.TrustedTransaction found,
            int index) {
        return Verified.accepted(
                new OrderPosition(found.header().header().getHeight(), found.index(), index));
    }

    private Verified<DeliveryReceipt> receipt(DeliveryProof delivery, Message message) {
        return DeliveryReceipt.verify(networkId, delivery.getReceipt()).then(receipt -> {
            if (!receipt.messageId().equals(message.opening().messageId())
                    || !receipt.recipient().equals(message.recipient())) {
                return Verified.rejected(RejectionCode.INVALID,
                        "receipt: for another message or recipient");
            }
            return Verified.accepted(receipt);
        });
    }

    private Verified<DeliveryRoot> deliveryRoot(DeliveryProof delivery) {
        Optional<Hash> salt = Hash.parse(delivery.getSalt());
        Optional<Hash> claimHash = Hash.parse(delivery.getClaimHash());
        if (salt.isEmpty() || claimHash.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED, "salt or claim hash: not 32 bytes");
        }
        DeliveryLeaf leaf = new DeliveryLeaf(salt.get(),
                DeliveryLeaf.receiptHash(delivery.getReceipt()), claimHash.get());
        return Transactions.verify(networkId, delivery.getTransaction()).then(transaction -> {
            DeliveryRoot root = transaction.body().getDeliveryRoot();
            boolean leads = leaf
                    .rootOver(root.getCount(), delivery.getLeafIndex(), delivery.getLeafPathList())
                    .filter(found -> found.bytes().equals(root.getRoot())).isPresent();
            return leads
                    ? Verified.accepted(root)
                    : Verified.rejected(RejectionCode.INVALID,
                            "delivery root: the leaf's path does not lead to it");
        });
    }

    private Verified<DeviceCertificate> certificate(DeliveryProof delivery, DeliveryReceipt receipt,
            long atMillis) {
        return DeviceCertificate.verify(delivery.getDeviceCertificate(), networkId, atMillis)
                .then(certificate -> certificate.deviceKey().equals(receipt.deviceKey())
                        && certificate.address().equals(receipt.recipient())
                                ? Verified.accepted(certificate)
                                : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                        "device certificate: of another device or user"));
    }

    private ProofReport broken(String reason) {
        return new ProofReport(networkId, List.of(new ProofReport.Step("form", false, reason)),
                Optional.empty(), Optional.empty());
    }

    private record Message(WalletAddress recipient, Opening opening) {}

    /// Notes each step as it is taken.
    private static final class Steps {
        private final List<ProofReport.Step> taken = new ArrayList<>();

        <T> Optional<T> take(String name, Supplier<Verified<T>> check,
                Function<T, String> finding) {
            Verified<T> outcome = check.get();
            taken.add(switch (outcome) {
                case Verified.Accepted<T>(T value) ->
                    new ProofReport.Step(name, true, finding.apply(value));
                case Verified.Rejected<T>(Rejection rejection) ->
                    new ProofReport.Step(name, false, rejection.reason());
            });
            return outcome.toOptional();
        }

        List<ProofReport.Step> taken() {
            return taken;
        }
    }
}
