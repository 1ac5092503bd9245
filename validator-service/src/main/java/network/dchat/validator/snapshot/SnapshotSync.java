package network.dchat.validator.snapshot;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import network.dchat.consensus.Chain;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.StateChunks;
import network.dchat.ledger.light.TrustedBlock;
import network.dchat.validator.snapshot.Offers.Candidate;
import network.dchat.validator.store.ConsensusStore;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.SnapshotOffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches a state that a verified header names, from whoever offers it, and makes it the beginning
/// of the own files. Used once, by one thread.
final class SnapshotSync {
    /// Above this height a state is worth its while.
    static final long FAR_BLOCKS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSync.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int MOST_SILENT_ROUNDS = 10;

    private final Genesis genesis;
    private final ConsensusStore store;
    private final SnapshotPeers peers;
    private final HeaderSync headers;
    private final SnapshotProgress progress;
    private final ExecutorService executor;
    private final InstantSource clock;

    SnapshotSync(Genesis genesis, ConsensusStore store, SnapshotPeers peers, HeaderSync headers,
            SnapshotProgress progress, ExecutorService executor, InstantSource clock) {
        this.genesis = genesis;
        this.store = store;
        this.peers = peers;
        this.headers = headers;
        this.progress = progress;
        this.executor = executor;
        this.clock = clock;
    }

    /// What became of a candidate.
    private enum Outcome {
        /// The files begin with it.
        STORED,
        /// Nothing proves that it is a state of the chain: the next one may be.
        UNPROVEN,
        /// Nobody serves it any more: newer ones may be offered.
        LOST
    }

    private record Collected(int answers, List<Candidate> candidates) {}

    /// Whether all blocks cannot be followed, or too many would have to be. Waits some seconds for
    /// a peer to answer.
    boolean isWorthwhile(StopSignal stop) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int round = 0; round < MOST_SILENT_ROUNDS && !stop.isGiven(); round++) {
            progress.does("asks peers how long the chain is", 0);
            Collected collected = collect();
            if (collected.answers() > 0) {
                return isWorthwhile(collected.candidates());
            }
            stop.pause(pause);
            pause = longer(pause);
        }
        return false;
    }

    private boolean isWorthwhile(List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return false;
        }
        return candidates.getFirst().height() > FAR_BLOCKS || peers.usable().stream()
                .noneMatch(peer -> peers.blocks(peer, 1, 1) instanceof PeerAnswer.Given);
    }

    /// Fetches and stores a state.
    ///
    /// @param stop after which nothing is written any more
    /// @throws SnapshotFailure when none can be had
    void run(StopSignal stop) throws SnapshotFailure, IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!stop.isGiven()) {
            Outcome outcome = round(stop);
            if (outcome == Outcome.STORED) {
                return;
            }
            if (peers.usable().isEmpty()) {
                throw new SnapshotFailure("snapshot: nobody is left to ask (expected: an honest"
                        + " validator): " + peers.faults());
            }
            if (outcome == Outcome.LOST) {
                pause = FIRST_PAUSE;
            }
            stop.pause(pause);
            pause = longer(pause);
        }
    }

    private Outcome round(StopSignal stop)
            throws SnapshotFailure, IOException, InterruptedException {
        List<Candidate> candidates = collect().candidates();
        if (candidates.isEmpty()) {
            progress.does("waits for a peer that offers a state", 0);
        }
        for (Candidate candidate : candidates) {
            Outcome outcome = attempt(candidate, stop);
            if (outcome != Outcome.UNPROVEN) {
                return outcome;
            }
        }
        return Outcome.UNPROVEN;
    }

    private Collected collect() {
        Offers offers = new Offers();
        int answers = 0;
        for (PeerId peer : peers.usable()) {
            if (peers.offers(peer) instanceof PeerAnswer.Given<List<SnapshotOffer>>(var given)) {
                answers++;
                offers.add(peer, given);
            }
        }
        return new Collected(answers, offers.candidates());
    }

    private Outcome attempt(Candidate candidate, StopSignal stop)
            throws SnapshotFailure, IOException, InterruptedException {
        long height = candidate.height();
        progress.does("verifies the header of height " + (height + 1), height);
        Optional<Header> next = headers.verify(height + 1).map(TrustedBlock::signedHeader)
                .map(signed -> signed.getHeader());
        if (next.isEmpty()) {
            return Outcome.UNPROVEN;
        }
        if (!next.get().getLastBlockId().getHash().equals(candidate.blockHash())) {
            candidate.peers().forEach(
                    peer -> peers.lied(peer, "offer of height " + height + ": another block"));
            return Outcome.UNPROVEN;
        }
        progress.does("fetches the blocks of height " + height, height);
        Optional<List<CommittedBlock>> blocks = blocks(next.get());
        if (blocks.isEmpty()) {
            return Outcome.UNPROVEN;
        }
        long began = clock.millis();
        ChunkFetch fetch = new ChunkFetch(peers, executor, progress, candidate.offer(),
                candidate.peers(), new Hash(next.get().getAppHash()));
        LOG.info("event=snapshot-fetch height={} peers={} chunks={} bytes={}", height,
                candidate.peers().size(), fetch.plan().total(), candidate.offer().getBytes());
        if (!fetch.run(stop)) {
            LOG.warn("event=snapshot-lost height={} chunks={} of={}", height, fetch.plan().done(),
                    fetch.plan().total());
            return Outcome.LOST;
        }
        store(candidate, fetch.plan(), blocks.get(), stop);
        LOG.info("event=snapshot-stored height={} bytes={} millis={}", height, fetch.plan().bytes(),
                clock.millis() - began);
        return Outcome.STORED;
    }

    /// The blocks before and of a verified header, of the first peer that has them.
    private Optional<List<CommittedBlock>> blocks(Header next) {
        for (PeerId peer : peers.usable()) {
            if (peers.blocks(peer, next.getHeight() - 1, next
                    .getHeight()) instanceof PeerAnswer.Given<List<CommittedBlock>>(var found)) {
                Optional<String> fault = FirstBlocks.fault(next, found);
                if (fault.isEmpty()) {
                    return Optional.of(found);
                }
                peers.lied(peer, fault.get());
            }
        }
        return Optional.empty();
    }

    private void store(Candidate candidate, ChunkPlan plan, List<CommittedBlock> blocks,
            StopSignal stop) throws SnapshotFailure, IOException, InterruptedException {
        progress.does("stores the state", candidate.height());
        ChainState state;
        try {
            state = StateChunks.assemble(candidate.height(), new Hash(candidate.blockHash()),
                    plan.entries());
            Chain _ = Chain.begin(genesis).restore(state.toBytes(), blocks.getFirst());
        } catch (IllegalArgumentException broken) {
            throw new SnapshotFailure(
                    "state of height " + candidate.height() + ": " + broken.getMessage()
                            + " (expected: a whole state, since a verified header" + " names it)");
        }
        if (stop.isGiven()) {
            throw new InterruptedException("snapshot: the node stops");
        }
        store.begin(state, blocks);
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
