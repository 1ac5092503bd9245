package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.DeliveryAudit;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Stake;
import network.dchat.wire.v1.StorageAuditResult;
import network.dchat.wire.v1.TransactionBody;
import network.dchat.wire.v1.Transfer;
import network.dchat.wire.v1.Unstake;

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
        Optional<Rejection> fault = TransactionForm.fault(network, key.publicKey(), body);
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

    /// A transaction that puts units of the own balance at stake.
    ///
    /// @param amount at least 1
    public static Transaction stake(NetworkId network, SigningKey key, long sequence, long amount) {
        return sign(network, key, TransactionBody.newBuilder().setSequence(sequence)
                .setStake(Stake.newBuilder().setAmount(amount)).build());
    }

    /// A transaction that puts units at stake and makes the owner a candidate for validator.
    ///
    /// @param amount may be 0
    /// @param consensusKey belongs to the owner from then on, for good
    public static Transaction stake(NetworkId network, SigningKey key, long sequence, long amount,
            SigningKey consensusKey) {
        ByteString proof = Signatures
                .sign(SignatureKind.CONSENSUS_KEY, network, key.publicKey().bytes(), consensusKey)
                .getSignature();
        return sign(network, key,
                TransactionBody.newBuilder().setSequence(sequence)
                        .setStake(Stake.newBuilder().setAmount(amount)
                                .setConsensusKey(consensusKey.publicKey().bytes())
                                .setConsensusKeyProof(proof))
                        .build());
    }

    /// A transaction that takes units out of the stake, to be spent when their time has come.
    ///
    /// @param amount at least 1
    public static Transaction unstake(NetworkId network, SigningKey key, long sequence,
            long amount) {
        return sign(network, key, TransactionBody.newBuilder().setSequence(sequence)
                .setUnstake(Unstake.newBuilder().setAmount(amount)).build());
    }

    /// A transaction that shows leaves of a delivery root: by the root's own relay those that it
    /// must show, by another one positions that it delivered itself.
    ///
    /// @param rootTransaction hash of the transaction that holds the root
    /// @param leaves 1 to 32, ascending
    public static Transaction deliveryAudit(NetworkId network, SigningKey key, long sequence,
            Hash rootTransaction, List<AuditedLeaf> leaves) {
        return sign(network, key,
                TransactionBody.newBuilder().setSequence(sequence)
                        .setDeliveryAudit(DeliveryAudit.newBuilder()
                                .setRootTransaction(rootTransaction.bytes()).addAllLeaves(leaves))
                        .build());
    }

    /// A transaction that tells whether a storage node passed the audit of one of its auditors.
    public static Transaction storageAuditResult(NetworkId network, SigningKey key, long sequence,
            StorageAuditResult result) {
        return sign(network, key, TransactionBody.newBuilder().setSequence(sequence)
                .setStorageAuditResult(result).build());
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
            Optional<Rejection> fault = TransactionForm.fault(network, check.get().publicKey(),
                    body);
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

    private record Unsure(ByteString encoded, TransactionBody body, Ed25519.Check check) {}
}
