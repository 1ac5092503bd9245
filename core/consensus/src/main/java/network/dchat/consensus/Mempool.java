package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.RejectionCode;

/// The transactions that wait for a block, first come first served, bounded in number, in bytes
/// and for each sender. What was in a block or waits already is not taken again.
final class Mempool {
    private static final long RETRY_MILLIS = 500;

    private record Waiting(Transaction transaction, boolean own, long sinceMillis) {}

    private final MempoolLimits limits;
    private final Map<Hash, Waiting> waiting = new LinkedHashMap<>();
    private final Map<WalletAddress, Integer> bySender = new HashMap<>();
    private final LinkedHashSet<Hash> remembered = new LinkedHashSet<>();
    private long bytes;

    Mempool(MempoolLimits limits) {
        this.limits = limits;
    }

    /// Takes a transaction; empty when it waits now or did so before, or why it cannot be taken.
    ///
    /// @param own whether it was submitted to this validator
    /// @param check whether the state would accept it now
    Optional<Rejection> take(Transaction transaction, boolean own, long nowMillis,
            Function<Transaction, Optional<Rejection>> check) {
        if (waiting.containsKey(transaction.hash()) || remembered.contains(transaction.hash())) {
            return Optional.empty();
        }
        Optional<Rejection> rejection = room(transaction).or(() -> check.apply(transaction));
        if (rejection.isEmpty()) {
            waiting.put(transaction.hash(), new Waiting(transaction, own, nowMillis));
            bySender.merge(transaction.sender(), 1, Integer::sum);
            bytes += transaction.encoded().size();
        }
        return rejection;
    }

    boolean isNew(Transaction transaction) {
        return !waiting.containsKey(transaction.hash()) && !remembered.contains(transaction.hash());
    }

    /// All that wait, in order.
    List<Transaction> waiting() {
        return waiting.values().stream().map(Waiting::transaction).toList();
    }

    /// A transaction that waits under this hash: its signature need not be verified again.
    Optional<Transaction> find(Hash hash) {
        return Optional.ofNullable(waiting.get(hash)).map(Waiting::transaction);
    }

    /// A block was decided: what it holds waits no longer, nor does what it made invalid.
    void decided(List<ByteString> transactions, Predicate<Transaction> stillValid) {
        for (ByteString encoded : transactions) {
            Hash hash = Blocks.transactionHash(encoded);
            remove(hash);
            remember(hash);
        }
        drop(transaction -> !stillValid.test(transaction));
    }

    /// Forgets those that can no longer be accepted.
    void drop(Predicate<Transaction> which) {
        waiting.values().stream().map(Waiting::transaction).filter(which).map(Transaction::hash)
                .toList().forEach(this::remove);
    }

    /// Own transactions that have waited since before a time, to be shared once more.
    List<ByteString> ownSince(long millis, int most) {
        List<ByteString> late = new ArrayList<>();
        for (Waiting each : waiting.values()) {
            if (late.size() < most && each.own() && each.sinceMillis() <= millis) {
                late.add(each.transaction().encoded());
            }
        }
        return late;
    }

    /// A refusal for the wire; where there was merely no room, with a time to try again.
    static network.dchat.wire.v1.Rejection toWire(Rejection rejection) {
        boolean full = rejection.code() == RejectionCode.RATE_LIMITED
                || rejection.code() == RejectionCode.OVERLOADED;
        return rejection.toWire().toBuilder().setRetryAfterMillis(full ? RETRY_MILLIS : 0).build();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    long bytes() {
        return bytes;
    }

    private Optional<Rejection> room(Transaction transaction) {
        if (bySender.getOrDefault(transaction.sender(), 0) >= limits.perSender()) {
            return Optional.of(new Rejection(RejectionCode.RATE_LIMITED,
                    "transactions of the sender waiting: " + limits.perSender()));
        }
        if (waiting.size() >= limits.transactions()
                || bytes + transaction.encoded().size() > limits.bytes()) {
            return Optional.of(new Rejection(RejectionCode.OVERLOADED,
                    "transactions waiting: " + waiting.size() + " of " + bytes + " bytes"));
        }
        return Optional.empty();
    }

    private void remove(Hash hash) {
        Waiting removed = waiting.remove(hash);
        if (removed != null) {
            bytes -= removed.transaction().encoded().size();
            bySender.computeIfPresent(removed.transaction().sender(),
                    (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    private void remember(Hash hash) {
        remembered.add(hash);
        if (remembered.size() > limits.remembered()) {
            remembered.removeFirst();
        }
    }
}
