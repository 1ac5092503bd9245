package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;
import network.dchat.wire.v1.Transfer;

/// Makes transactions and verifies those of others, as far as this can be done without the state:
/// form, limits and signature.
///
/// A transaction is the encoded `SignedBytes` of an encoded `TransactionBody`, in its one shortest
/// encoding, so that nobody can send the same transaction again under another hash.
public final class Transactions {
    private Transactions() {}

    /// A signed transaction.
    ///
    /// @throws IllegalArgumentException when the body breaks a rule
    public static Transaction sign(NetworkId network, SigningKey key, TransactionBody body) {
        Optional<Fault> fault = bodyFault(body);
        if (fault.isPresent()) {
            throw new IllegalArgumentException("transaction: " + fault.get().reason());
        }
        SignedBytes signed = Signatures.sign(SignatureKind.TRANSACTION, network,
                body.toByteString(), key);
        return new Transaction(signed.toByteString(), key.publicKey(), body);
    }

    /// A transaction that orders commitments.
    ///
    /// @param sequence a number from 1 that the sender has not used
    public static Transaction orderBatch(NetworkId network, SigningKey key, long sequence,
            List<OrderCommitment> commitments) {
        OrderBatch.Builder batch = OrderBatch.newBuilder();
        commitments.forEach(commitment -> batch.addCommitments(commitment.bytes()));
        return sign(network, key,
                TransactionBody.newBuilder().setSequence(sequence).setOrderBatch(batch).build());
    }

    /// A transaction that claims deliveries.
    ///
    /// @param positions one a leaf, in leaf order
    public static Transaction deliveryRoot(NetworkId network, SigningKey key, long sequence,
            Hash root, List<OrderPosition> positions) {
        DeliveryRoot.Builder action = DeliveryRoot.newBuilder().setRoot(root.bytes())
                .setCount(positions.size());
        positions.forEach(position -> action.addPositions(position.toWire()));
        return sign(network, key,
                TransactionBody.newBuilder().setSequence(sequence).setDeliveryRoot(action).build());
    }

    /// A transaction that gives the signing node its place on the chain.
    public static Transaction registerNode(NetworkId network, SigningKey key, long sequence,
            RegisterNode registration) {
        return sign(network, key, TransactionBody.newBuilder().setSequence(sequence)
                .setRegisterNode(registration).build());
    }

    /// A transaction that gives units to another account.
    ///
    /// @param amount at least 1; beside it the sender pays the fee of one commitment, which burns
    public static Transaction transfer(NetworkId network, SigningKey key, long sequence,
            WalletAddress recipient, long amount) {
        return sign(network, key,
                TransactionBody.newBuilder().setSequence(sequence).setTransfer(
                        Transfer.newBuilder().setRecipient(recipient.bytes()).setAmount(amount))
                        .build());
    }

    /// One transaction from a stranger.
    public static Verified<Transaction> verify(NetworkId network, ByteString encoded) {
        return verifyAll(network, List.of(encoded)).getFirst();
    }

    /// Transactions from a stranger, their signatures verified together. The answers are in order.
    public static List<Verified<Transaction>> verifyAll(NetworkId network,
            List<ByteString> transactions) {
        List<Verified<Unsure>> decoded = new ArrayList<>(transactions.size());
        List<Ed25519.Check> checks = new ArrayList<>(transactions.size());
        for (ByteString encoded : transactions) {
            Verified<Unsure> one = decode(network, encoded);
            one.toOptional().ifPresent(unsure -> checks.add(unsure.check()));
            decoded.add(one);
        }
        List<Boolean> answers = Ed25519.verifyAll(checks);
        List<Verified<Transaction>> result = new ArrayList<>(transactions.size());
        int next = 0;
        for (Verified<Unsure> one : decoded) {
            boolean good = one.toOptional().isPresent() && answers.get(next++);
            result.add(one.then(unsure -> good
                    ? Verified.accepted(new Transaction(unsure.encoded(),
                            unsure.check().publicKey(), unsure.body()))
                    : Verified.rejected(RejectionCode.BAD_SIGNATURE, "transaction")));
        }
        return result;
    }

    private static Verified<Unsure> decode(NetworkId network, ByteString encoded) {
        if (encoded.size() > LedgerLimits.MAXIMUM_TRANSACTION_BYTES) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "transaction: " + encoded.size()
                    + " bytes (expected: up to " + LedgerLimits.MAXIMUM_TRANSACTION_BYTES + ")");
        }
        try {
            SignedBytes signed = SignedBytes.parseFrom(encoded);
            if (!plain(signed).toByteString().equals(encoded)) {
                return Verified.rejected(RejectionCode.MALFORMED,
                        "transaction: not in its only encoding");
            }
            if (signed.getPublicKey().isEmpty() || signed.getSignature().isEmpty()) {
                return Verified.rejected(RejectionCode.UNSIGNED, "transaction");
            }
            Optional<Ed25519.Check> check = Signatures.check(SignatureKind.TRANSACTION, network,
                    signed);
            if (check.isEmpty()) {
                return Verified.rejected(RejectionCode.MALFORMED, "transaction: key or signature");
            }
            TransactionBody body = TransactionBody.parseFrom(signed.getBody());
            Optional<Fault> fault = bodyFault(body);
            return fault.isPresent()
                    ? Verified.rejected(fault.get().code(), fault.get().reason())
                    : Verified.accepted(new Unsure(encoded, body, check.get()));
        } catch (InvalidProtocolBufferException malformed) {
            return Verified.rejected(RejectionCode.MALFORMED, "transaction: does not decode");
        }
    }

    private static SignedBytes plain(SignedBytes signed) {
        return SignedBytes.newBuilder().setBody(signed.getBody())
                .setPublicKey(signed.getPublicKey()).setSignature(signed.getSignature()).build();
    }

    private static Optional<Fault> bodyFault(TransactionBody body) {
        if (body.getSequence() < 1) {
            return invalid("sequence: " + Long.toUnsignedString(body.getSequence())
                    + " (expected: 1 to " + Long.MAX_VALUE + ")");
        }
        return switch (body.getActionCase()) {
            case ORDER_BATCH -> orderBatchFault(body.getOrderBatch());
            case DELIVERY_ROOT -> deliveryRootFault(body.getDeliveryRoot());
            case REGISTER_NODE -> registerNodeFault(body.getRegisterNode());
            case TRANSFER -> transferFault(body.getTransfer());
            case DELIVERY_AUDIT, STAKE, UNSTAKE, STORAGE_AUDIT_RESULT ->
                Optional.of(new Fault(RejectionCode.UNKNOWN_KIND,
                        "action: " + body.getActionCase() + " is not in force on this chain"));
            case ACTION_NOT_SET ->
                Optional.of(new Fault(RejectionCode.UNKNOWN_KIND, "action: none that is known"));
        };
    }

    private static Optional<Fault> orderBatchFault(OrderBatch batch) {
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

    private static Optional<Fault> deliveryRootFault(DeliveryRoot root) {
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

    private static Optional<Fault> registerNodeFault(RegisterNode registration) {
        if (registration.getRole() != Role.RELAY && registration.getRole() != Role.STORAGE) {
            return invalid("role: " + registration.getRole() + " (expected: RELAY or STORAGE)");
        }
        return NodeNames.fault(registration.getOperator(), registration.getRegion())
                .map(reason -> new Fault(RejectionCode.INVALID, reason))
                .or(() -> registration.getCapacity() < 0
                        ? invalid("capacity: over " + Long.MAX_VALUE)
                        : Optional.empty());
    }

    private static Optional<Fault> transferFault(Transfer transfer) {
        if (WalletAddress.parse(transfer.getRecipient()).isEmpty()) {
            return invalid("recipient: " + transfer.getRecipient().size()
                    + " bytes (expected: an address of " + WalletAddress.LENGTH + " bytes)");
        }
        long amount = transfer.getAmount();
        return amount < 1 || amount > LedgerLimits.MAXIMUM_MINTED
                ? invalid("amount: " + Long.toUnsignedString(amount) + " (expected: 1 to "
                        + LedgerLimits.MAXIMUM_MINTED + ")")
                : Optional.empty();
    }

    private static Optional<Fault> invalid(String reason) {
        return Optional.of(new Fault(RejectionCode.INVALID, reason));
    }

    private record Fault(RejectionCode code, String reason) {}

    private record Unsure(ByteString encoded, TransactionBody body, Ed25519.Check check) {}
}
