package network.dchat.mailbox;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RegisterNode;

/// What a relay has to do with the chain: its transactions, the order of its users' messages, its
/// deliveries and their audits.
final class ChainDuties {
    private static final int BLOCKS_BETWEEN_HEIGHTS = 100;

    private final MailboxKeys keys;
    private final Feeds feeds;
    private final OpenTransactions transactions;
    private final OrderQueue orders;
    private final Deliveries deliveries;
    private final Positions positions;
    private final Audits audits;
    private final ForeignRoots foreign;
    private long height;
    private long durableHeight;

    ChainDuties(MailboxKeys keys, MailboxLimits limits, ChainTerms terms, Links links,
            Feeds feeds) {
        this.keys = keys;
        this.feeds = feeds;
        this.transactions = new OpenTransactions(limits.batches(), new TransactionOutcomes());
        this.orders = new OrderQueue(keys.network(), keys.key(), limits.batches(), transactions);
        Deliveries.Origin origin = new Deliveries.Origin(keys.network(), keys.key(),
                keys.saltKey());
        this.deliveries = new Deliveries(origin, limits, transactions, links, this::contest,
                keys.number());
        this.positions = new Positions(limits.holding().rememberedPositions(), deliveries, feeds,
                keys.number() >>> 16);
        this.audits = new Audits(origin, terms, transactions, deliveries);
        this.foreign = new ForeignRoots(origin, terms, limits.holding().rememberedPositions(),
                transactions, deliveries);
    }

    OpenTransactions transactions() {
        return transactions;
    }

    OrderQueue orders() {
        return orders;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Positions positions() {
        return positions;
    }

    /// How the relay's roots fare.
    AuditStatus audits() {
        return audits.status(foreign.challenges());
    }

    /// The last block that was seen, 0 for none.
    long height() {
        return height;
    }

    /// Takes up a change of an earlier life.
    void restore(Change.OfChain change) {
        switch (change) {
            case Change.TransactionAdded added -> {
                transactions.restore(added);
                if (added.content() instanceof Change.Content.Orders(_, long through)) {
                    orders.placedThrough(through);
                }
            }
            case Change.TransactionIncluded included -> transactions.restore(included);
            case Change.RootAudited audited -> transactions.restore(audited);
            case Change.TransactionDone done -> transactions.restore(done);
            case Change.DeliveryAdded added -> deliveries.restore(added);
            case Change.DeliveryReturned returned -> deliveries.restore(returned);
            case Change.DeliveryDone done -> deliveries.restore(done);
            case Change.HeightSeen(long seen) -> {
                height = Math.max(height, seen);
                durableHeight = height;
            }
            case Change.NumbersKnown(long ordersThrough, long transactionSequence) -> {
                orders.placedThrough(ordersThrough);
                transactions.sequenceUsed(transactionSequence);
            }
        }
    }

    /// Everything is restored: what was going on goes on.
    void start(Turn turn) {
        for (OpenTransactions.Open transaction : transactions.all()) {
            deliveries.restore(transaction);
        }
        for (Delivery delivery : List.copyOf(deliveries.all())) {
            deliveries.returnStage(delivery, TransferId.Stage.RECEIPT, turn);
            if (delivery.claimed == null) {
                positions.await(delivery, turn);
            }
        }
        for (OpenTransactions.Open transaction : transactions.all()) {
            if (transaction.included != null
                    && transaction.content instanceof Change.Content.Leaves(var leaves)) {
                deliveries.included(transaction, leaves, turn);
            }
        }
        audits.start(turn);
    }

    /// Asks the chain for this relay's place; not while an earlier request is open.
    void register(RegisterNode node, Turn turn) {
        boolean asked = transactions.all().stream()
                .anyMatch(each -> each.content instanceof Change.Content.Registration);
        if (!asked && transactions.hasRoom()) {
            transactions.make(sequence -> Transactions.registerNode(keys.network(), keys.key(),
                    sequence, node), new Change.Content.Registration(), turn);
        }
    }

    /// A block was committed.
    void committed(ObservedBlock block, Turn turn) {
        if (block.height() <= height) {
            return;
        }
        height = block.height();
        int before = transactions.open();
        transactions.committed(block, turn);
        positions.committed(block, turn);
        audits.committed(block, turn);
        foreign.committed(block, turn);
        if (before != transactions.open() || height - durableHeight >= BLOCKS_BETWEEN_HEIGHTS) {
            durableHeight = height;
            turn.change(new Change.HeightSeen(height));
        }
    }

    private boolean contest(Delivery delivery, OrderPosition position, Turn turn) {
        return foreign.contest(delivery, position, turn);
    }

    private final class TransactionOutcomes implements OpenTransactions.Outcomes {
        @Override
        public void included(OpenTransactions.Open transaction, ObservedBlock block, int index,
                Turn turn) {
            switch (transaction.content) {
                case Change.Content.Orders(List<Change.Ordered> ordered, _) -> {
                    tellSenders(ordered, block, index, turn);
                    transactions.done(transaction, turn);
                }
                case Change.Content.Registration _,Change.Content.Audit _ ->
                    transactions.done(transaction, turn);
                case Change.Content.Challenge challenge -> {
                    transactions.done(transaction, turn);
                    foreign.included(challenge, turn);
                }
                case Change.Content.Leaves(List<Change.Leaf> leaves) -> {
                    transactions.keep(transaction, new OpenTransactions.Included(block.height(),
                            block.path(index), block.lightBlock()), turn);
                    deliveries.included(transaction, leaves, turn);
                    audits.included(transaction);
                }
            }
        }

        @Override
        public void refused(Change.Content content, boolean sequenceUsed, Turn turn) {
            switch (content) {
                case Change.Content.Orders(List<Change.Ordered> ordered, _) ->
                    orders.addAgain(ordered, sequenceUsed);
                case Change.Content.Registration() -> turn.count(Counter.REGISTRATION_REFUSED);
                case Change.Content.Audit audit -> audits.refused(audit, turn);
                case Change.Content.Challenge challenge ->
                    foreign.refused(challenge, sequenceUsed, turn);
                case Change.Content.Leaves(List<Change.Leaf> leaves) ->
                    deliveries.refused(leaves, sequenceUsed, turn);
            }
        }

        /// One event tells a sender about all its commitments in a transaction.
        private void tellSenders(List<Change.Ordered> ordered, ObservedBlock block, int index,
                Turn turn) {
            Set<WalletAddress> told = new HashSet<>();
            MerkleProof path = block.path(index);
            for (int place = 0; place < ordered.size(); place++) {
                Change.Ordered order = ordered.get(place);
                Optional<User> sender = order.sender().filter(told::add).flatMap(feeds::user);
                if (sender.isPresent()) {
                    OrderPosition position = new OrderPosition(block.height(), index, place);
                    turn.tell(sender.get(),
                            MailboxEvent.newBuilder().setFinality(
                                    Positions.finality(order.commitment(), position, block, path))
                                    .build());
                }
            }
        }
    }
}
