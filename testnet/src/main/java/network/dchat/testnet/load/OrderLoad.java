package network.dchat.testnet.load;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.starter.node.HostAndPort;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.RejectionCode;

/// Relays that submit commitments at a constant rate, whatever the validators do (an open loop: a
/// slow answer delays no later submission, and latency counts from the intended time).
///
/// Each relay submits to two validators and waits for the block on the stream of the first. What is
/// in no block after a second is submitted again, the same bytes, to the next two.
public final class OrderLoad implements AutoCloseable {
    private static final int MOST_OPEN = 16_000;
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SWEEP_MILLIS = 250;
    private static final long POLL_NANOS = 5_000_000;

    private final NetworkId network;
    private final List<SigningKey> relays;
    private final ScheduledExecutorService executor;
    private final List<Access> validators = new ArrayList<>();
    private final long[] sequences;
    private final AtomicLongArray heights;
    private final Map<Hash, Batch> open = new ConcurrentHashMap<>();
    private final Queue<Finality> finals = new ConcurrentLinkedQueue<>();
    private final Queue<SeenBlock> blocks = new ConcurrentLinkedQueue<>();
    private final Map<RejectionCode, LongAdder> refusals = new ConcurrentHashMap<>();
    private final LongAdder submittedAgain = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final AtomicLong commitments = new AtomicLong();
    private volatile boolean stopped;

    /// Connects to validators and follows them from the first block on; nothing is submitted yet.
    ///
    /// @param relays accounts that pay, at least one
    public OrderLoad(NetworkId network, List<SigningKey> relays, List<HostAndPort> validators) {
        this.network = network;
        this.relays = List.copyOf(relays);
        this.sequences = new long[relays.size()];
        this.heights = new AtomicLongArray(validators.size());
        this.executor = Executors.newScheduledThreadPool(2,
                Thread.ofPlatform().daemon().name("load-", 0).factory());
        for (HostAndPort address : validators) {
            this.validators.add(new Access(address, relays.getFirst(), executor));
        }
        for (int index = 0; index < validators.size(); index++) {
            int at = index;
            this.validators.get(index).follow(1, block -> seen(at, block));
        }
        ScheduledFuture<?> _ = executor.scheduleWithFixedDelay(this::submitAgain, SWEEP_MILLIS,
                SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// A batch on its way.
    private static final class Batch {
        private final Transaction transaction;
        private final int size;
        private final long intendedNanos;
        private final int home;
        private volatile boolean acknowledged;
        private long sentNanos;
        private int attempts;

        Batch(Transaction transaction, int size, long intendedNanos, int home) {
            this.transaction = transaction;
            this.size = size;
            this.intendedNanos = intendedNanos;
            this.home = home;
            this.sentNanos = intendedNanos;
        }
    }

    /// Submits at a pace for a while; returns when the last intended time is over, not when all is
    /// final. One caller at a time.
    ///
    /// @return when the first commitment came, by the clock of `System.nanoTime`
    public long run(Pace pace, Duration duration) throws InterruptedException {
        long interval = pace.intervalNanos(relays.size());
        long start = System.nanoTime();
        long arrived = 0;
        for (long turn = 1;; turn++) {
            long after = turn * interval / relays.size();
            if (after > duration.toNanos() || stopped) {
                return start;
            }
            awaitNanos(start + after);
            int size = (int) Math.min(pace.arrivedAfter(after) - arrived, pace.batch());
            if (size > 0) {
                arrived += size;
                submit((int) (turn % relays.size()), size, start + after);
            }
        }
    }

    private static void awaitNanos(long time) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException("load");
            }
        }
    }

    private void submit(int relay, int size, long intended) {
        if (open.size() >= MOST_OPEN) {
            unsent.add(size);
            return;
        }
        List<OrderCommitment> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(new OrderCommitment(commitment(commitments.incrementAndGet())));
        }
        Transaction transaction = Transactions.orderBatch(network, relays.get(relay),
                ++sequences[relay], batch);
        Batch made = new Batch(transaction, size, intended, relay % validators.size());
        open.put(transaction.hash(), made);
        send(made);
    }

    private static Hash commitment(long number) {
        return Sha256.of(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, number)));
    }

    /// To two validators; another two each time.
    private void send(Batch batch) {
        int first = batch.home + batch.attempts++;
        for (int i = 0; i < Math.min(2, validators.size()); i++) {
            validators.get((first + i) % validators.size()).submit(batch.transaction.encoded(),
                    answer -> answered(batch, answer));
        }
    }

    private void answered(Batch batch, Optional<RejectionCode> refusal) {
        if (refusal.isEmpty()) {
            batch.acknowledged = true;
        } else {
            refusals.computeIfAbsent(refusal.get(), _ -> new LongAdder()).increment();
        }
    }

    private void submitAgain() {
        long now = System.nanoTime();
        for (Batch batch : open.values()) {
            if (now - batch.sentNanos > AGAIN_NANOS) {
                batch.sentNanos = now;
                submittedAgain.increment();
                send(batch);
            }
        }
    }

    private void seen(int validator, CommittedBlock block) {
        long now = System.nanoTime();
        long height = block.getBlock().getHeader().getHeight();
        heights.set(validator, height);
        List<ByteString> transactions = block.getBlock().getData().getTxsList();
        if (validator == 0) {
            blocks.add(
                    new SeenBlock(height, block.getCommit().getRound(), transactions.size(), now));
        }
        for (ByteString encoded : transactions) {
            Hash hash = Blocks.transactionHash(encoded);
            Batch batch = open.get(hash);
            if (batch != null && batch.home == validator) {
                open.remove(hash);
                finals.add(new Finality(hash, batch.size, batch.intendedNanos, now, height,
                        batch.acknowledged));
            }
        }
    }

    /// Waits until all that was submitted is final; answers how many batches are not.
    public int awaitFinal(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!open.isEmpty() && System.nanoTime() < end) {
            awaitNanos(System.nanoTime() + POLL_NANOS);
        }
        return open.size();
    }

    /// All that became final so far.
    public List<Finality> finals() {
        return List.copyOf(finals);
    }

    /// All blocks of the first validator's stream so far.
    public List<SeenBlock> blocks() {
        return List.copyOf(blocks);
    }

    /// The height that the streams of all validators have reached; 0 before the first block.
    public long height() {
        return IntStream.range(0, heights.length()).mapToLong(heights::get).min().orElse(0);
    }

    /// The height that the stream of one validator has reached.
    public long height(int validator) {
        return heights.get(validator);
    }

    /// Batches that are acknowledged and not final.
    public List<Hash> acknowledgedAndOpen() {
        return open.values().stream().filter(batch -> batch.acknowledged)
                .map(batch -> batch.transaction.hash()).toList();
    }

    /// Answers that were no acknowledgement, by code.
    public Map<String, Long> refusals() {
        Map<String, Long> counted = new TreeMap<>();
        refusals.forEach((code, count) -> counted.put(code.name(), count.sum()));
        return counted;
    }

    /// Batches submitted again because no block held them in time, each time counted.
    public long submittedAgain() {
        return submittedAgain.sum();
    }

    /// Commitments never submitted, because too many batches were open.
    public long unsent() {
        return unsent.sum();
    }

    /// Makes [#run] return soon; for another thread.
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
        validators.forEach(Access::close);
        executor.shutdownNow();
    }
}
