package network.dchat.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transactions;

/// Commitments on their way into a transaction: at once when the relay is idle, else after a short
/// wait for others, else when a transaction is full.
final class OrderQueue {
    private final NetworkId network;
    private final SigningKey key;
    private final MailboxLimits.BatchLimits limits;
    private final OpenTransactions transactions;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<MessageId> placed = new ArrayList<>();
    private int mostTogether;
    private long lastNumber;
    private long through;
    private long lastBatchMillis = Long.MIN_VALUE / 2;
    private boolean timerSet;

    /// @param id the message, empty for commitments whose transaction was refused
    private record Waiting(OrderCommitment commitment, long number, Optional<MessageId> id,
            Optional<WalletAddress> sender) {}

    OrderQueue(NetworkId network, SigningKey key, MailboxLimits.BatchLimits limits,
            OpenTransactions transactions) {
        this.network = network;
        this.key = key;
        this.limits = limits;
        this.transactions = transactions;
        this.mostTogether = limits.commitments();
    }

    int size() {
        return waiting.size();
    }

    /// The number of the next commitment.
    long nextNumber() {
        lastNumber++;
        return lastNumber;
    }

    /// Whether the commitment with this number is in a transaction.
    boolean isPlaced(long number) {
        return number <= through;
    }

    /// Everything up to a number is in transactions.
    void placedThrough(long number) {
        through = Math.max(through, number);
        lastNumber = Math.max(lastNumber, number);
    }

    /// Lets a message's commitment wait for its transaction.
    void add(Outgoing message) {
        Change.Order order = message.order.orElseThrow();
        lastNumber = Math.max(lastNumber, order.number());
        waiting.add(new Waiting(order.commitment(), order.number(), Optional.of(message.id),
                message.sender));
    }

    /// Lets commitments whose transaction was given up wait for another, unless one alone was
    /// refused.
    ///
    /// @param sequenceUsed whether the transaction was refused for its sequence, not for what it
    ///     says
    void addAgain(List<Change.Ordered> orders, boolean sequenceUsed) {
        if (!sequenceUsed) {
            if (orders.size() == 1) {
                return;
            }
            mostTogether = Math.max(1, orders.size() / 2);
        }
        for (Change.Ordered order : orders.reversed()) {
            waiting.addFirst(new Waiting(order.commitment(), 0, Optional.empty(), order.sender()));
        }
    }

    /// Makes the transactions that are due, and says which messages are in them.
    List<MessageId> flush(Turn turn) {
        placed.clear();
        while (!waiting.isEmpty() && transactions.hasRoom() && isDue(turn.now())) {
            place(turn);
        }
        if (!waiting.isEmpty() && !timerSet && transactions.hasRoom()) {
            timerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.OrderBatchDue(),
                    lastBatchMillis + limits.commitmentMillis()));
        }
        return List.copyOf(placed);
    }

    void timerElapsed() {
        timerSet = false;
    }

    private boolean isDue(long nowMillis) {
        return waiting.size() >= mostTogether
                || nowMillis - lastBatchMillis >= limits.commitmentMillis();
    }

    private void place(Turn turn) {
        List<Change.Ordered> orders = new ArrayList<>();
        while (!waiting.isEmpty() && orders.size() < mostTogether) {
            Waiting next = waiting.remove();
            orders.add(new Change.Ordered(next.commitment(), next.sender()));
            next.id().ifPresent(placed::add);
            through = Math.max(through, next.number());
        }
        lastBatchMillis = turn.now();
        List<OrderCommitment> commitments = orders.stream().map(Change.Ordered::commitment)
                .toList();
        transactions.make(sequence -> Transactions.orderBatch(network, key, sequence, commitments),
                new Change.Content.Orders(orders, through), turn);
    }
}
