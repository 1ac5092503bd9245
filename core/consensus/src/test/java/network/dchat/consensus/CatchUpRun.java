package network.dchat.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;

/// One node that is behind, its peers and a virtual clock.
final class CatchUpRun {
    /// How a peer answers.
    @FunctionalInterface
    interface Behaviour {
        /// The blocks that it sends; none when it fails.
        List<CommittedBlock> answer(List<CommittedBlock> asked);

        /// How long that takes.
        default long millis(int blocks) {
            return LATENCY_MILLIS + blocks * MILLIS_PER_BLOCK;
        }
    }

    /// One who tells the truth.
    static final Behaviour HONEST = asked -> asked;

    static final long LATENCY_MILLIS = 100;
    static final long MILLIS_PER_BLOCK = 5;
    private static final long STORE_MILLIS = 1;

    private record Event(long atMillis, long number, Input input) {}

    private final SignedBlocks source;
    private final Consensus consensus;
    private final List<Behaviour> behaviours = new ArrayList<>();
    private final PriorityQueue<Event> queue = new PriorityQueue<>(
            Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::number));
    private final List<Effect.RequestBlocks> asked = new ArrayList<>();
    private final List<Effect.Refused> refused = new ArrayList<>();
    private final List<CommittedBlock> stored = new ArrayList<>();
    private final List<Long> listenedTo = new ArrayList<>();
    private final List<Long> announced = new ArrayList<>();
    private final long beginMillis;
    private long now;
    private long number;

    CatchUpRun(SignedBlocks source) {
        this.source = source;
        TestChain chain = source.chain();
        this.now = WireForm.millis(source.blocks().getLast().getBlock().getHeader().getTime());
        this.beginMillis = now;
        this.consensus = Consensus.recover(
                new ConsensusSettings(Optional.empty(), Timeouts.local(),
                        ConsensusLimits.defaults()),
                chain.begin(),
                SignGuard.fresh(chain.begin().chainId(), chain.consensusKey(0).publicKey()),
                List.of());
        apply(new Input.Started(now));
    }

    /// Adds a peer that announces the source's tip and all its blocks.
    CatchUpRun peer(Behaviour behaviour) {
        return peer(behaviour, source.tip().height() + 1, 1);
    }

    CatchUpRun peer(Behaviour behaviour, long height, long base) {
        behaviours.add(behaviour);
        HaveState have = HaveState.newBuilder().setHeight(height).setBaseHeight(base).build();
        ConsensusMessage message = ConsensusMessage.newBuilder().setHave(have).build();
        apply(new Input.Received(id(behaviours.size() - 1), List.of(message), now));
        return this;
    }

    /// Runs until the node is at the source's tip; how long that took.
    long toTip(long withinMillis) {
        if (!runFor(withinMillis)) {
            throw new AssertionError("height " + height() + " after " + withinMillis
                    + " ms (expected: " + source.tip().height() + ")");
        }
        return now - beginMillis;
    }

    /// Runs for a time, or until the node is at the source's tip: then true.
    boolean runFor(long millis) {
        long end = now + millis;
        while (height() < source.tip().height()) {
            Event next = queue.peek();
            if (next == null || next.atMillis() > end) {
                return false;
            }
            queue.remove();
            now = next.atMillis();
            apply(next.input());
        }
        return true;
    }

    Consensus consensus() {
        return consensus;
    }

    long height() {
        return consensus.chain().height();
    }

    PeerId id(int peer) {
        return source.chain().peer(peer);
    }

    List<Effect.RequestBlocks> asked() {
        return asked;
    }

    List<Effect.Refused> refused() {
        return refused;
    }

    /// Heights that were announced.
    List<Long> announced() {
        return announced;
    }

    List<CommittedBlock> stored() {
        return stored;
    }

    /// Heights that were begun to be listened to.
    List<Long> listenedTo() {
        return listenedTo;
    }

    /// Blocks asked for, over what was needed.
    double effort() {
        long wanted = asked.stream().mapToLong(each -> each.to() - each.from() + 1).sum();
        return (double) wanted / source.tip().height();
    }

    void apply(Input input) {
        for (Effect effect : consensus.apply(input)) {
            switch (effect) {
                case Effect.RequestBlocks request -> answer(request);
                case Effect.StoreBlock(var block) -> {
                    stored.add(block);
                    long height = block.getBlock().getHeader().getHeight();
                    later(STORE_MILLIS, new Input.Stored(height, now + STORE_MILLIS));
                }
                case Effect.SetTimer(var timer, long delay) -> {
                    if (timer instanceof TimerId.Idle(long height)) {
                        listenedTo.add(height);
                    }
                    if (timer instanceof TimerId.Announce) {
                        later(delay, new Input.TimerElapsed(timer, now + delay));
                    }
                }
                case Effect.Refused told -> refused.add(told);
                case Effect.Announce(var have) -> announced.add(have.getHeight());
                default -> {
                }
            }
        }
    }

    private void answer(Effect.RequestBlocks request) {
        asked.add(request);
        int peer = 0;
        while (!id(peer).equals(request.peer())) {
            peer++;
        }
        long last = Math.min(request.to(), source.tip().height());
        List<CommittedBlock> wanted = request.from() > last
                ? List.of()
                : source.blocks().subList((int) request.from() - 1, (int) last);
        List<CommittedBlock> sent = behaviours.get(peer).answer(wanted);
        long millis = behaviours.get(peer).millis(sent.size());
        later(millis, new Input.BlocksFetched(request.id(), sent, now + millis));
    }

    private void later(long millis, Input input) {
        queue.add(new Event(now + millis, number++, input));
    }
}
