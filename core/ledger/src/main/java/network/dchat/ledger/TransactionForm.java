package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Signature;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.DeliveryAudit;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.Stake;
import network.dchat.wire.v1.StorageAuditResult;
import network.dchat.wire.v1.TransactionBody;
import network.dchat.wire.v1.Transfer;

/// What a transaction's body must fulfil whatever the state.
final class TransactionForm {
    private TransactionForm() {}

    /// The first rule that the body breaks; empty when it is good.
    ///
    /// @param signer who signs the transaction
    static Optional<Rejection> fault(NetworkId network, PublicKey signer, TransactionBody body) {
        if (body.getSequence() < 1) {
            return invalid("sequence: " + Long.toUnsignedString(body.getSequence())
                    + " (expected: 1 to " + Long.MAX_VALUE + ")");
        }
        return switch (body.getActionCase()) {
            case ORDER_BATCH -> orderBatch(body.getOrderBatch());
            case DELIVERY_ROOT -> deliveryRoot(body.getDeliveryRoot());
            case DELIVERY_AUDIT -> deliveryAudit(body.getDeliveryAudit());
            case REGISTER_NODE -> registerNode(body.getRegisterNode());
            case TRANSFER -> transfer(body.getTransfer());
            case STAKE -> stake(network, signer, body.getStake());
            case UNSTAKE -> amount(body.getUnstake().getAmount(), 1);
            case STORAGE_AUDIT_RESULT -> storageAudit(body.getStorageAuditResult());
            case ACTION_NOT_SET -> Optional
                    .of(new Rejection(RejectionCode.UNKNOWN_KIND, "action: none that is known"));
        };
    }

    private static Optional<Rejection> orderBatch(OrderBatch batch) {
        int count = batch.getCommitmentsCount();
        if (count < 1 || count > LedgerLimits.MAXIMUM_BATCH_COMMITMENTS) {
            return invalid("commitments: " + count + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_BATCH_COMMITMENTS + ")");
        }
        for (ByteString commitment : batch.getCommitmentsList()) {
            if (commitment.size() != Hash.LENGTH) {
                return invalid("commitment: " + commitment.size() + " bytes (expected: "
                        + Hash.LENGTH + " bytes)");
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejection> deliveryRoot(DeliveryRoot root) {
        int count = root.getPositionsCount();
        if (count < 1 || count > LedgerLimits.MAXIMUM_ROOT_LEAVES) {
            return invalid("positions: " + count + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_ROOT_LEAVES + ")");
        }
        if (root.getCount() != count || root.getRoot().size() != Hash.LENGTH) {
            return invalid("delivery root: count is not that of the positions, or no hash");
        }
        Set<OrderPosition> seen = new HashSet<>();
        for (Position each : root.getPositionsList()) {
            Optional<OrderPosition> position = OrderPosition.parse(each);
            if (position.isEmpty() || !seen.add(position.get())) {
                return invalid("positions: one out of range, or twice");
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejection> deliveryAudit(DeliveryAudit audit) {
        int count = audit.getLeavesCount();
        if (count < 1 || count > LedgerLimits.MAXIMUM_AUDITED_LEAVES) {
            return invalid("leaves: " + count + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_AUDITED_LEAVES + ")");
        }
        if (audit.getRootTransaction().size() != Hash.LENGTH) {
            return invalid("root transaction: no hash");
        }
        int before = -1;
        for (AuditedLeaf leaf : audit.getLeavesList()) {
            if (leaf.getIndex() <= before || leaf.getIndex() >= LedgerLimits.MAXIMUM_ROOT_LEAVES) {
                return invalid("leaf: " + leaf.getIndex() + " (expected: ascending, below "
                        + LedgerLimits.MAXIMUM_ROOT_LEAVES + ")");
            }
            before = leaf.getIndex();
            boolean sized = leaf.getClaim().getSerializedSize() <= DeliveryClaim.MAXIMUM_SIZE
                    && areHashes(leaf.getAuntsList()) && areHashes(leaf.getBatchAuntsList());
            if (!sized) {
                return invalid("leaf: a claim or path that is too large or none");
            }
        }
        return Optional.empty();
    }

    private static boolean areHashes(List<ByteString> aunts) {
        return aunts.size() <= LedgerLimits.MAXIMUM_AUNTS
                && aunts.stream().allMatch(each -> each.size() == Hash.LENGTH);
    }

    private static Optional<Rejection> registerNode(RegisterNode registration) {
        if (registration.getRole() != Role.RELAY && registration.getRole() != Role.STORAGE) {
            return invalid("role: " + registration.getRole() + " (expected: RELAY or STORAGE)");
        }
        return NodeNames.fault(registration.getOperator(), registration.getRegion())
                .map(reason -> new Rejection(RejectionCode.INVALID, reason))
                .or(() -> registration.getCapacity() < 0
                        ? invalid("capacity: over " + Long.MAX_VALUE)
                        : Optional.empty());
    }

    private static Optional<Rejection> transfer(Transfer transfer) {
        return WalletAddress.parse(transfer.getRecipient()).isEmpty()
                ? invalid("recipient: " + transfer.getRecipient().size()
                        + " bytes (expected: an address of " + WalletAddress.LENGTH + " bytes)")
                : amount(transfer.getAmount(), 1);
    }

    /// A stake may add nothing and only name a key.
    private static Optional<Rejection> stake(NetworkId network, PublicKey signer, Stake stake) {
        if (stake.getConsensusKey().isEmpty()) {
            return stake.getConsensusKeyProof().isEmpty()
                    ? amount(stake.getAmount(), 1)
                    : invalid("consensus key: none, but a proof");
        }
        Optional<PublicKey> key = PublicKey.parse(stake.getConsensusKey());
        Optional<Signature> proof = Signature.parse(stake.getConsensusKeyProof());
        if (key.isEmpty() || proof.isEmpty()) {
            return invalid("consensus key: no key, or no signature of it");
        }
        return Signatures.verify(SignatureKind.CONSENSUS_KEY, network, signer.bytes(), key.get(),
                proof.get())
                        ? amount(stake.getAmount(), 0)
                        : Optional.of(new Rejection(RejectionCode.BAD_SIGNATURE, "consensus key"));
    }

    private static Optional<Rejection> storageAudit(StorageAuditResult result) {
        int most = LedgerLimits.MAXIMUM_STORAGE_AUDIT_BYTES;
        if (PeerId.parse(result.getNode()).isEmpty()) {
            return invalid("node: no peer id");
        }
        return result.getChallenge().size() > most || result.getAnswer().size() > most
                ? invalid("challenge or answer: over " + most + " bytes")
                : Optional.empty();
    }

    private static Optional<Rejection> amount(long amount, long least) {
        return amount < least || amount > LedgerLimits.MAXIMUM_MINTED
                ? invalid("amount: " + Long.toUnsignedString(amount) + " (expected: " + least
                        + " to " + LedgerLimits.MAXIMUM_MINTED + ")")
                : Optional.empty();
    }

    private static Optional<Rejection> invalid(String reason) {
        return Optional.of(new Rejection(RejectionCode.INVALID, reason));
    }
}
