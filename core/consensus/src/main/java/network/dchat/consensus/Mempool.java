package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The transactions that wait for a block: by [Lane], within a lane first come first served,
/// bounded in number and bytes in all, for each lane and for each sender. What was in a block or
/// waits already is not taken again.
///
/// A block changes the account of each sender in it, so what else waits of these is checked again;
/// whatever else can make a transaction invalid (another's claim, a window that ends) is found
/// within a few blocks, because a block has the next [#CHECKED_IN_TURN] checked whatever happened.
/// So the work for a block does not grow with the pool. One that is invalid and still waits costs
/// its room and nothing else: a proposal passes it over.
final class Mempool {
    /// Transactions checked again after each block because it is their turn.
    static final int CHECKED_IN_TURN = 256;
    private static final long RETRY_MILLIS = 500;

    private record Waiting(Transaction transaction, Lane lane, boolean own, long sinceMillis) {
        int size() {
            return transaction.encoded().size();
        }
    }

    /// Transactions in order, and their bytes.
    private static final class Group {
        private final LinkedHashMap<Hash, Waiting> members = new LinkedHashMap<>();
        private long bytes;

        void add(Waiting waiting) {
            members.put(waiting.transaction().hash(), waiting);
            bytes += waiting.size();
        }

        void remove(Waiting waiting) {
            members.remove(waiting.transaction().hash());
            bytes -= waiting.size();
        }
    }

    private final MempoolLimits limits;
    private final Group all = new Group();
    private final Map<Lane, Group> lanes = new EnumMap<>(Lane.class);
    private final Map<WalletAddress, Group> senders = new HashMap<>();
    private final Group own = new Group();
    private final LinkedHashSet<Hash> remembered = new LinkedHashSet<>();

    Mempool(MempoolLimits limits) {
        this.limits = limits;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new Group());
        }
    }

    /// Takes a transaction; empty when it waits now or did so before, or why it cannot be taken.
    ///
    /// @param submitted whether it was submitted to this validator
    /// @param check whether the state would accept it now
    Optional<Rejection> take(Transaction transaction, boolean submitted, long nowMillis,
            Function<Transaction, Optional<Rejection>> check) {
        if (!isNew(transaction)) {
            return Optional.empty();
        }
        Waiting waiting = new Waiting(transaction, Lane.of(transaction), submitted, nowMillis);
        Optional<Rejection> rejection = room(waiting).or(() -> check.apply(transaction));
        if (rejection.isEmpty()) {
            all.add(waiting);
            lane(waiting.lane()).add(waiting);
            senders.computeIfAbsent(transaction.sender(), _ -> new Group()).add(waiting);
            if (submitted) {
                own.add(waiting);
            }
        }
        return rejection;
    }

    boolean isNew(Transaction transaction) {
        return !all.members.containsKey(transaction.hash())
                && !remembered.contains(transaction.hash());
    }

    /// All that wait, in the order in which a block takes them.
    List<Transaction> waiting() {
        List<Transaction> waiting = new ArrayList<>(size());
        for (Lane lane : Lane.values()) {
            lane(lane).members.values().forEach(each -> waiting.add(each.transaction()));
        }
        return waiting;
    }

    /// A transaction that waits under this hash: its signature need not be verified again.
    Optional<Transaction> find(Hash hash) {
        return Optional.ofNullable(all.members.get(hash)).map(Waiting::transaction);
    }

    /// A block was decided: what it holds waits no longer, nor does what it is found to have made
    /// invalid.
    void decided(List<ByteString> transactions, Predicate<Transaction> stillValid) {
        LinkedHashSet<WalletAddress> changed = new LinkedHashSet<>();
        for (ByteString encoded : transactions) {
            Hash hash = Blocks.transactionHash(encoded);
            Waiting known = all.members.get(hash);
            if (known != null) {
                changed.add(known.transaction().sender());
                remove(known);
            } else {
                sender(encoded).ifPresent(changed::add);
            }
            remember(hash);
        }
        for (WalletAddress sender : changed) {
            Group group = senders.get(sender);
            if (group != null) {
                keepValid(List.copyOf(group.members.values()), stillValid);
            }
        }
        keepValid(nextInTurn(), stillValid);
    }

    /// Own transactions that have waited since before a time, to be shared once more.
    List<ByteString> ownSince(long millis, int most) {
        List<ByteString> late = new ArrayList<>();
        for (Waiting each : own.members.values()) {
            if (late.size() >= most || each.sinceMillis() > millis) {
                return late;
            }
            late.add(each.transaction().encoded());
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
        return all.members.isEmpty();
    }

    int size() {
        return all.members.size();
    }

    long bytes() {
        return all.bytes;
    }

    int remembered() {
        return remembered.size();
    }

    /// What is held beyond its bound; empty, unless there is a fault of ours.
    Optional<String> excess() {
        int inLanes = lanes.values().stream().mapToInt(lane -> lane.members.size()).sum();
        boolean within = size() <= limits.transactions() && bytes() <= limits.bytes()
                && remembered.size() <= limits.remembered() && inLanes == size()
                && own.members.size() <= size() && senders.size() <= size();
        return within
                ? Optional.empty()
                : Optional.of(size() + " transactions, " + bytes() + " bytes, " + remembered.size()
                        + " remembered");
    }

    private Optional<Rejection> room(Waiting waiting) {
        Group sender = senders.get(waiting.transaction().sender());
        if (sender != null && (sender.members.size() >= limits.perSender()
                || sender.bytes + waiting.size() > limits.bytesPerSender())) {
            return Optional.of(
                    new Rejection(RejectionCode.RATE_LIMITED, "transactions of the sender waiting: "
                            + sender.members.size() + " of " + sender.bytes + " bytes"));
        }
        long number = 0;
        long bytes = 0;
        for (Map.Entry<Lane, Group> each : lanes.entrySet()) {
            boolean same = each.getKey() == waiting.lane();
            Lane other = each.getKey();
            Group group = each.getValue();
            number += Math.max(group.members.size(),
                    same ? 0 : other.reserved(limits.transactions()));
            bytes += Math.max(group.bytes, same ? 0 : other.reserved(limits.bytes()));
        }
        if (number >= limits.transactions() || bytes + waiting.size() > limits.bytes()) {
            Group lane = lane(waiting.lane());
            return Optional.of(new Rejection(RejectionCode.OVERLOADED,
                    "transactions waiting: " + lane.members.size() + " of " + lane.bytes
                            + " bytes in lane " + waiting.lane()));
        }
        return Optional.empty();
    }

    /// Those whose turn it is; all others have theirs before them again.
    private List<Waiting> nextInTurn() {
        List<Waiting> turn = new ArrayList<>();
        while (turn.size() < Math.min(CHECKED_IN_TURN, size())) {
            Map.Entry<Hash, Waiting> first = all.members.firstEntry();
            all.members.putLast(first.getKey(), first.getValue());
            turn.add(first.getValue());
        }
        return turn;
    }

    private void keepValid(List<Waiting> some, Predicate<Transaction> stillValid) {
        for (Waiting each : some) {
            if (!stillValid.test(each.transaction())) {
                remove(each);
            }
        }
    }

    private void remove(Waiting waiting) {
        Group sender = senders.get(waiting.transaction().sender());
        all.remove(waiting);
        lane(waiting.lane()).remove(waiting);
        if (waiting.own()) {
            own.remove(waiting);
        }
        if (sender != null) {
            sender.remove(waiting);
            if (sender.members.isEmpty()) {
                senders.remove(waiting.transaction().sender());
            }
        }
    }

    private void remember(Hash hash) {
        remembered.add(hash);
        if (remembered.size() > limits.remembered()) {
            remembered.removeFirst();
        }
    }

    private Group lane(Lane lane) {
        return lanes.computeIfAbsent(lane, _ -> new Group());
    }

    /// Who signed a transaction of a block.
    private static Optional<WalletAddress> sender(ByteString encoded) {
        try {
            return PublicKey.parse(SignedBytes.parseFrom(encoded).getPublicKey())
                    .map(WalletAddress::of);
        } catch (InvalidProtocolBufferException unreadable) {
            throw new IllegalStateException("transaction of a decided block: does not decode",
                    unreadable);
        }
    }
}
