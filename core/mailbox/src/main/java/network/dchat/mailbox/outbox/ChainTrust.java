package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Sha256;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.DeliveryLeaf;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;

/// What a user believes of the chain: nothing but what validators decided that are trusted since
/// genesis. Remembers the headers verified last. Owned by one thread.
final class ChainTrust {
    private static final int REMEMBERED_HEADERS = 64;

    private final NetworkId network;
    /// By the hash of the light block.
    private final Map<Hash, Header> headers = new LinkedHashMap<>();
    private TrustedChain chain;

    /// The order of a whole batch, verified.
    record Ordered(long height, int transaction, List<OrderCommitment> commitments) {
        /// Where a commitment stands; empty when the batch does not hold it.
        Optional<OrderPosition> position(OrderCommitment commitment) {
            int index = commitments.indexOf(commitment);
            return index < 0
                    ? Optional.empty()
                    : Optional.of(new OrderPosition(height, transaction, index));
        }
    }

    ChainTrust(NetworkId network, TrustedChain chain) {
        this.network = network;
        this.chain = chain;
    }

    /// Trust has moved.
    void move(TrustedChain moved) {
        chain = moved;
    }

    /// The order that a finality event proves.
    Verified<Ordered> ordered(Finality finality) {
        return included(finality.getTransaction(), finality.getPath(),
                PortableProofs.signedParts(finality.getLightBlock())).then(header -> {
                    Optional<OrderBatch> batch = action(finality.getTransaction())
                            .filter(TransactionBody::hasOrderBatch)
                            .map(TransactionBody::getOrderBatch);
                    if (batch.isEmpty()) {
                        return Verified.rejected(RejectionCode.INVALID,
                                "finality: not an order batch");
                    }
                    List<OrderCommitment> commitments = batch.get().getCommitmentsList().stream()
                            .flatMap(bytes -> OrderCommitment.parse(bytes).stream()).toList();
                    return Verified.accepted(new Ordered(header.getHeight(),
                            Math.toIntExact(finality.getPath().getIndex()), commitments));
                });
    }

    /// Whether a delivery proof puts its receipt on the chain. Who signed the receipt is checked
    /// elsewhere.
    Verified<DeliveryProof> delivered(DeliveryProof proof) {
        return included(proof.getTransaction(), proof.getPath(), proof.getLightBlock()).then(_ -> {
            Optional<DeliveryRoot> root = action(proof.getTransaction())
                    .filter(TransactionBody::hasDeliveryRoot).map(TransactionBody::getDeliveryRoot);
            boolean holds = root.isPresent() && leafRoot(proof, root.get())
                    .filter(found -> found.bytes().equals(root.get().getRoot())).isPresent();
            return holds
                    ? Verified.accepted(proof)
                    : Verified.rejected(RejectionCode.INVALID,
                            "delivery proof: no path to a delivery root");
        });
    }

    private static Optional<Hash> leafRoot(DeliveryProof proof, DeliveryRoot root) {
        Optional<Hash> salt = Hash.parse(proof.getSalt());
        Optional<Hash> claim = Hash.parse(proof.getClaimHash());
        SignedBytes receipt = proof.getReceipt();
        if (salt.isEmpty() || claim.isEmpty()) {
            return Optional.empty();
        }
        return new DeliveryLeaf(salt.get(), DeliveryLeaf.receiptHash(receipt), claim.get())
                .rootOver(root.getCount(), proof.getLeafIndex(), proof.getLeafPathList());
    }

    /// The header of the block that holds a transaction.
    private Verified<Header> included(ByteString transaction, MerkleProof path,
            LightBlock lightBlock) {
        return header(lightBlock).then(header -> {
            boolean holds = Hash.parse(header.getDataHash()).filter(root -> MerkleTree.verify(root,
                    Blocks.transactionHash(transaction).bytes(), path)).isPresent();
            if (!holds) {
                return Verified.rejected(RejectionCode.INVALID,
                        "transaction: no path to the block");
            }
            return Transactions.verify(network, transaction)
                    .then((Transaction _) -> Verified.accepted(header));
        });
    }

    private Verified<Header> header(LightBlock lightBlock) {
        Hash hash = Sha256.of(lightBlock.toByteString());
        Header known = headers.get(hash);
        if (known != null) {
            return Verified.accepted(known);
        }
        return chain.verify(lightBlock).then(found -> {
            headers.put(hash, found.header());
            if (headers.size() > REMEMBERED_HEADERS) {
                headers.remove(headers.keySet().iterator().next());
            }
            return Verified.accepted(found.header());
        });
    }

    private static Optional<TransactionBody> action(ByteString transaction) {
        try {
            return Optional
                    .of(TransactionBody.parseFrom(SignedBytes.parseFrom(transaction).getBody()));
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }
}
