package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.ledger.DeliveryLeaf;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.SignedDelivery;
import org.jspecify.annotations.Nullable;

/// A recipient's receipt until it is on the chain, its audit is over and its sender knows.
final class Delivery {
    final MessageId id;
    final OrderCommitment commitment;
    final long expiresAtMillis;
    final SignedDelivery signed;
    final TransferId receiptTransfer;
    final TransferId evidenceTransfer;
    /// Where the message stands in the order; null until a block shows it.
    @Nullable
    OrderPosition position;
    /// What stands beside it; null until a block shows it, and for one that was restored.
    @Nullable
    BatchPlace place;
    /// The path of its commitment in its order batch; null until it is needed.
    @Nullable
    List<ByteString> batchPath;
    /// The transaction that claims it; null until there is one.
    OpenTransactions.@Nullable Open claimed;
    /// Its leaf in that transaction.
    int leaf;
    /// Whether the sender's relay has the receipt.
    boolean receiptReturned;
    /// Whether the sender's relay has the evidence, or there is nobody to return it to.
    boolean evidenceReturned;
    /// Whether an open transaction shows its claim against another relay's root.
    boolean challenging;
    /// When the chain is asked for the position, and after which pause again.
    long askAtMillis;
    long askPauseMillis;

    Delivery(Change.DeliveryAdded added) {
        this.id = added.id();
        this.commitment = added.commitment();
        this.expiresAtMillis = added.expiresAtMillis();
        this.signed = added.delivery();
        this.receiptTransfer = TransferId.of(id, TransferId.Stage.RECEIPT);
        this.evidenceTransfer = TransferId.of(id, TransferId.Stage.EVIDENCE);
        this.evidenceReturned = returnTo().isEmpty();
    }

    boolean isProven() {
        return claimed != null && claimed.included != null;
    }

    /// Whether nothing is to be done but to return the evidence.
    boolean isSettled() {
        return claimed != null && claimed.isSettled();
    }

    void placed(BatchPlace known) {
        place = known;
        position = known.position();
    }

    List<ByteString> batchPath() {
        if (batchPath == null) {
            if (place == null) {
                throw new IllegalStateException("delivery " + id + ": no place (expected: one)");
            }
            batchPath = place.path();
        }
        return batchPath;
    }

    /// The claim alone, as a challenge shows it.
    AuditedLeaf claimed(int index) {
        return AuditedLeaf.newBuilder().setIndex(index).setClaim(signed.getClaim())
                .setOpening(signed.getOpening()).addAllBatchAunts(batchPath()).build();
    }

    /// The whole leaf, as an audit of an own root shows it.
    AuditedLeaf shown(int index, Change.Leaf of, MerkleProof path) {
        return claimed(index).toBuilder().setSalt(of.salt().bytes())
                .setReceiptHash(DeliveryLeaf.receiptHash(signed.getReceipt()).bytes())
                .addAllAunts(path.getAuntsList()).build();
    }

    /// The sender's relay, where the message named one.
    Optional<PeerId> returnTo() {
        return signed.hasReturnHandle()
                ? PeerId.parse(signed.getReturnHandle().getRelay())
                : Optional.empty();
    }
}
