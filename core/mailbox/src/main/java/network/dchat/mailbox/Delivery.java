package network.dchat.mailbox;

import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.SignedDelivery;
import org.jspecify.annotations.Nullable;

/// A recipient's receipt until it is on the chain and its sender knows.
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
    /// The transaction that claims it; null until there is one.
    OpenTransactions.@Nullable Open claimed;
    /// Its leaf in that transaction.
    int leaf;
    /// Whether the sender's relay has the receipt.
    boolean receiptReturned;
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
    }

    boolean isProven() {
        return claimed != null && claimed.included != null;
    }

    /// The sender's relay, where the message named one.
    Optional<PeerId> returnTo() {
        return signed.hasReturnHandle()
                ? PeerId.parse(signed.getReturnHandle().getRelay())
                : Optional.empty();
    }
}
