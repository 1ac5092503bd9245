package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.SignedBytes;

/// Messages that are ordered, delivered and proven on a [TestLedger], by named relays.
final class TestDeliveries {
    private final TestLedger ledger;
    private final Map<String, SignedBytes> claims = new HashMap<>();
    private final Map<String, SignedBytes> receipts = new HashMap<>();

    TestDeliveries(TestLedger ledger) {
        this.ledger = ledger;
    }

    /// A message that someone sends; its secret follows from its name.
    record Message(String name, Opening opening) {
        SigningKey claimKey() {
            return ClaimKey.derive(Samples.hash("secret " + name).bytes());
        }
    }

    /// A message with its position.
    record Ordered(Message message, OrderPosition position) {}

    /// A root with all that its relay knows of it.
    record Root(Transaction transaction, List<Ordered> orders, List<DeliveryLeaf> leaves,
            List<SignedBytes> claims) {}

    static Message message(String name) {
        return new Message(name, Opening.of(new MessageId(Samples.hash("message " + name)),
                Samples.hash("secret " + name).bytes()));
    }

    static List<Message> messages(String name, int count) {
        List<Message> result = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            result.add(message(name + " " + index));
        }
        return result;
    }

    Transaction batch(String relay, List<Message> messages) {
        return Transactions.orderBatch(ledger.network(), ledger.key(relay), ledger.sequence(relay),
                messages.stream().map(each -> each.opening().commitment()).toList());
    }

    /// Orders messages in a block of their own.
    List<Ordered> order(String relay, List<Message> messages) {
        ledger.run(batch(relay, messages));
        List<Ordered> result = new ArrayList<>();
        for (int index = 0; index < messages.size(); index++) {
            result.add(new Ordered(messages.get(index),
                    new OrderPosition(ledger.state().height(), 0, index)));
        }
        return result;
    }

    /// The claim of a message's recipient for a relay.
    SignedBytes claim(Message message, String relay) {
        return claims.computeIfAbsent(message.name() + " " + relay,
                _ -> DeliveryClaim.sign(ledger.network(), message.claimKey(),
                        PeerId.of(ledger.key(relay).publicKey()), message.opening().commitment()));
    }

    SignedBytes receipt(Message message) {
        return receipts.computeIfAbsent(message.name(),
                _ -> DeliveryReceipt.sign(ledger.network(), ledger.key("device"),
                        message.opening().messageId(),
                        WalletAddress.of(ledger.key("recipient").publicKey()), 5));
    }

    /// A root over what the relay says that it delivered, with the claims that it holds.
    Root root(String relay, List<Ordered> orders, List<SignedBytes> claims) {
        List<DeliveryLeaf> leaves = new ArrayList<>();
        for (int index = 0; index < orders.size(); index++) {
            leaves.add(DeliveryLeaf.of(Samples.hash("salt " + relay + index),
                    receipt(orders.get(index).message()), claims.get(index)));
        }
        Transaction transaction = Transactions.deliveryRoot(ledger.network(), ledger.key(relay),
                ledger.sequence(relay), DeliveryLeaf.root(leaves),
                orders.stream().map(Ordered::position).toList());
        return new Root(transaction, orders, leaves, claims);
    }

    /// A root of deliveries that took place.
    Root honestRoot(String relay, List<Ordered> orders) {
        return root(relay, orders,
                orders.stream().map(each -> claim(each.message(), relay)).toList());
    }

    /// A leaf as its own relay shows it.
    AuditedLeaf leaf(Root root, int index) {
        return shown(root.orders().get(index), root.claims().get(index)).setIndex(index)
                .setSalt(root.leaves().get(index).salt().bytes())
                .setReceiptHash(root.leaves().get(index).receiptHash().bytes())
                .addAllAunts(DeliveryLeaf.path(root.leaves(), index).getAuntsList()).build();
    }

    /// A position of another's root, as a challenger shows it.
    AuditedLeaf challenge(Root root, int index, String challenger) {
        Ordered order = root.orders().get(index);
        return shown(order, claim(order.message(), challenger)).setIndex(index).build();
    }

    Transaction audit(String relay, Root root, List<AuditedLeaf> leaves) {
        return Transactions.deliveryAudit(ledger.network(), ledger.key(relay),
                ledger.sequence(relay), root.transaction().hash(), leaves);
    }

    /// The relay shows all that it must.
    Transaction answer(String relay, Root root) {
        return audit(relay, root, missing(root).stream().map(index -> leaf(root, index)).toList());
    }

    /// The leaves that must be shown and were not.
    List<Integer> missing(Root root) {
        var open = ledger.state().openRoot(root.transaction().hash()).orElseThrow();
        return open.getRequiredList().stream().filter(index -> !open.getShownList().contains(index))
                .limit(32).toList();
    }

    private AuditedLeaf.Builder shown(Ordered order, SignedBytes claim) {
        List<ByteString> batch = ledger.commitmentsAt(order.position());
        return AuditedLeaf.newBuilder().setClaim(claim)
                .setOpening(order.message().opening().hash().bytes())
                .addAllBatchAunts(MerkleTree.prove(batch, order.position().index()).getAuntsList());
    }
}
