package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.TransactionBody;
import org.jspecify.annotations.Nullable;

/// A transaction whose form and signature were verified. Only [Transactions] makes one.
public final class Transaction {
    private final ByteString encoded;
    private final Hash hash;
    private final PublicKey signer;
    private final WalletAddress sender;
    private final TransactionBody body;
    /// Computed once; two threads that race compute the same.
    private @Nullable Hash commitmentsRoot;
    private @Nullable List<Verified<DeliveryClaim>> claims;

    Transaction(ByteString encoded, PublicKey signer, TransactionBody body) {
        this.encoded = encoded;
        this.hash = Blocks.transactionHash(encoded);
        this.signer = signer;
        this.sender = WalletAddress.of(signer);
        this.body = body;
    }

    /// The bytes that a block holds.
    public ByteString encoded() {
        return encoded;
    }

    /// SHA-256 of the bytes.
    public Hash hash() {
        return hash;
    }

    /// Who signed.
    public PublicKey signer() {
        return signer;
    }

    /// Whose account pays.
    public WalletAddress sender() {
        return sender;
    }

    /// The number that the sender may use once.
    public long sequence() {
        return body.getSequence();
    }

    /// What it says.
    public TransactionBody body() {
        return body;
    }

    /// Merkle root over the commitments of an order batch.
    Hash commitmentsRoot() {
        Hash known = commitmentsRoot;
        if (known == null) {
            known = MerkleTree.root(body.getOrderBatch().getCommitmentsList());
            commitmentsRoot = known;
        }
        return known;
    }

    /// The claims that a delivery audit shows, in the order of its leaves.
    List<Verified<DeliveryClaim>> claims(NetworkId network) {
        List<Verified<DeliveryClaim>> known = claims;
        if (known == null) {
            known = body.getDeliveryAudit().getLeavesList().stream()
                    .map(leaf -> DeliveryClaim.verify(network, leaf.getClaim())).toList();
            claims = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Transaction transaction && hash.equals(transaction.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "Transaction[" + body.getActionCase() + ", " + hash.shortName() + "]";
    }
}
