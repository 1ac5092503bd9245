package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.DeliveryLeaf;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.ValidatorSet;
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

/// What a user believes of the chain: nothing but what a known validator set decided. Remembers the
/// headers verified last. Owned by one thread.
final class ChainTrust {
    private static final int REMEMBERED_HEADERS = 64;
    private static final int REMEMBERED_SETS = 16;

    private final NetworkId network;
    private final String chainId;
    private final Map<ByteString, ValidatorSet> sets = new LinkedHashMap<>();
    private final Map<Hash, Header> headers = new LinkedHashMap<>();

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

    ChainTrust(NetworkId network, String chainId, ValidatorSet first) {
        this.network = network;
        this.chainId = chainId;
        trust(first);
    }

    /// Trusts one more validator set, which an earlier one vouched for.
    void trust(ValidatorSet set) {
        sets.put(set.hash().bytes(), set);
        if (sets.size() > REMEMBERED_SETS) {
            sets.remove(sets.keySet().iterator().next());
        }
    }

    /// The order that a finality event proves.
    Verified<Ordered> ordered(Finality finality) {
        return included(finality.getTransaction(), finality.getPath(), finality.getLightBlock())
                .then(header -> {
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
        Header header = lightBlock.getSignedHeader().getHeader();
        Hash hash = Blocks.headerHash(header);
        if (headers.containsKey(hash)) {
            return Verified.accepted(header);
        }
        ValidatorSet set = sets.get(header.getValidatorsHash());
        if (set == null || !header.getChainId().equals(chainId)) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK,
                    "light block: of another chain or an unknown validator set");
        }
        var commit = lightBlock.getSignedHeader().getCommit();
        if (!commit.getBlockId().getHash().equals(hash.bytes())) {
            return Verified.rejected(RejectionCode.INVALID, "commit: for another block");
        }
        return switch (CommitVerifier.verify(chainId, set, header.getHeight(), commit.getBlockId(),
                commit)) {
            case CommitVerdict.Accepted _ -> {
                headers.put(hash, header);
                if (headers.size() > REMEMBERED_HEADERS) {
                    headers.remove(headers.keySet().iterator().next());
                }
                yield Verified.accepted(header);
            }
            case CommitVerdict.Refused refused ->
                Verified.rejected(RejectionCode.BAD_SIGNATURE, "commit: " + refused.reason());
        };
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
