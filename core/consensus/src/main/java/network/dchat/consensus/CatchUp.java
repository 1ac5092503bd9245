package network.dchat.consensus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommittedBlock;
import org.jspecify.annotations.Nullable;

/// Asks peers for blocks that were decided without us: for consecutive ranges, several peers at a
/// time, one range of each.
///
/// What is still to be asked for is kept nowhere: it is whatever lies in the window ahead and
/// neither waits nor is asked for. So a range that was cut short goes on where it ended, that of
/// a peer that fell silent goes to another, and nothing is asked for twice.
final class CatchUp {
    private record Request(Effect.RequestBlocks asked, long lateAtMillis) {
        boolean covers(long height) {
            return asked.from() <= height && height <= asked.to();
        }
    }

    /// A block that a peer sent.
    record Fetched(PeerId peer, CommittedBlock block) {}

    private record Gap(long from, long to) {}

    private final PeerTable peers;
    private final CatchUpLimits limits;
    private final long graceMillis;
    private final NavigableMap<Long, Fetched> waiting = new TreeMap<>();
    private final NavigableMap<PeerId, Request> requests = new TreeMap<>();
    private final NavigableMap<PeerId, Long> avoidedUntil = new TreeMap<>();
    private @Nullable PeerId lastAsked;
    private long waitingBytes;
    private long lastId;

    /// @param graceMillis how long a height may be behind a peer before its block is asked for
    CatchUp(PeerTable peers, CatchUpLimits limits, long graceMillis) {
        this.peers = peers;
        this.limits = limits;
        this.graceMillis = graceMillis;
    }

    /// The requests to make now: when peers are more than a block ahead, or a block ahead for
    /// longer than a moment.
    ///
    /// @param height the height at hand, which is the first that is needed
    /// @param credibleHeight the height that an honest peer works on, or a later one
    List<Effect.RequestBlocks> due(long height, long credibleHeight, long heightSinceMillis,
            long nowMillis) {
        dropBelow(height);
        dropLate(nowMillis);
        boolean far = credibleHeight > height + 1;
        boolean patient = !far && nowMillis - heightSinceMillis < graceMillis;
        if (patient || peers.holders(height).isEmpty()) {
            return List.of();
        }
        List<Effect.RequestBlocks> made = new ArrayList<>();
        long end = height + limits.window();
        Optional<Gap> next = gap(height, end);
        while (next.isPresent() && requests.size() < limits.requests()) {
            Gap gap = next.get();
            if (!hasRoom(gap.from() == height)) {
                break;
            }
            next(gap, nowMillis).ifPresent(peer -> made.add(ask(peer, gap, nowMillis)));
            next = gap(gap.to() + 1, end);
        }
        return made;
    }

    /// Takes an answer. Answers who sent what was not asked for, if it is that.
    Optional<PeerId> answered(long id, List<CommittedBlock> blocks, long nowMillis) {
        Optional<Request> found = requests.values().stream().filter(each -> each.asked().id() == id)
                .findFirst();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Request request = found.get();
        PeerId peer = request.asked().peer();
        requests.remove(peer);
        if (blocks.isEmpty()) {
            avoid(peer, nowMillis);
        }
        long bytes = 0;
        long expected = request.asked().from();
        for (CommittedBlock block : blocks) {
            if (height(block) != expected || !request.covers(expected)) {
                distrust(peer, nowMillis);
                return Optional.of(peer);
            }
            bytes += block.getSerializedSize();
            if (bytes > request.asked().maximumBytes() && expected > request.asked().from()) {
                break;
            }
            waiting.put(expected, new Fetched(peer, block));
            waitingBytes += block.getSerializedSize();
            expected++;
        }
        return Optional.empty();
    }

    /// The block of this height, if it was fetched. Earlier ones are dropped.
    Optional<Fetched> take(long height) {
        dropBelow(height);
        Fetched taken = waiting.remove(height);
        if (taken != null) {
            waitingBytes -= taken.block().getSerializedSize();
        }
        return Optional.ofNullable(taken);
    }

    /// The commit of this height that the block after it carries, if that waits: whoever verifies
    /// by it need not verify that block's last commit again.
    Optional<Commit> commitWithin(long height) {
        return Optional.ofNullable(waiting.get(height + 1))
                .map(next -> next.block().getBlock().getLastCommit());
    }

    /// A peer sent something wrong: the rest of it is dropped and the peer left alone for a while.
    void distrust(PeerId peer, long nowMillis) {
        drop(waiting.values(), peer);
        requests.remove(peer);
        avoid(peer, nowMillis);
    }

    /// A peer is gone: its range is to be asked of another.
    void lost(PeerId peer) {
        requests.remove(peer);
    }

    /// True when this height's block was fetched.
    boolean holds(long height) {
        return waiting.containsKey(height);
    }

    /// True while blocks are asked for or wait to be applied.
    boolean isBusy() {
        return !requests.isEmpty() || !waiting.isEmpty();
    }

    /// True when peers have decided this height and none of them can send its block: they hold
    /// later ones only, or failed when they were asked.
    boolean isOutOfReach(long height, long credibleHeight, long nowMillis) {
        return credibleHeight > height
                && peers.holders(height).stream().allMatch(peer -> isAvoided(peer.id(), nowMillis));
    }

    /// Bytes of the blocks that wait, and those that are asked for at most.
    long bytes() {
        return waitingBytes + requests.size() * limits.bytesPerRequest();
    }

    /// One share is left for the height at hand, so that blocks of later heights, of which nothing
    /// is known to be true, never keep it waiting.
    private boolean hasRoom(boolean atHand) {
        long wanted = (atHand ? 1 : 2) * limits.bytesPerRequest();
        return bytes() + wanted <= limits.bytes();
    }

    private boolean isAskedOrHeld(long height) {
        return waiting.containsKey(height)
                || requests.values().stream().anyMatch(request -> request.covers(height));
    }

    /// The first heights from here on that neither wait nor are asked for.
    private Optional<Gap> gap(long from, long end) {
        long first = from;
        while (first < end && isAskedOrHeld(first)) {
            first++;
        }
        if (first == end) {
            return Optional.empty();
        }
        long last = first;
        while (last + 1 < end && last + 1 - first < limits.blocksPerRequest()
                && !isAskedOrHeld(last + 1)) {
            last++;
        }
        return Optional.of(new Gap(first, last));
    }

    /// Who is to be asked: the next one after the one asked last, of those that hold the range's
    /// first block and have no request to answer.
    private Optional<PeerTable.Peer> next(Gap gap, long nowMillis) {
        List<PeerTable.Peer> able = peers.holders(gap.from()).stream().filter(
                peer -> !requests.containsKey(peer.id()) && !isAvoided(peer.id(), nowMillis))
                .toList();
        PeerId last = lastAsked;
        return able.stream().filter(peer -> last == null || peer.id().compareTo(last) > 0)
                .findFirst().or(() -> able.stream().findFirst());
    }

    private Effect.RequestBlocks ask(PeerTable.Peer peer, Gap gap, long nowMillis) {
        Effect.RequestBlocks asked = new Effect.RequestBlocks(++lastId, peer.id(), gap.from(),
                Math.min(gap.to(), peer.height() - 1), limits.bytesPerRequest());
        requests.put(peer.id(), new Request(asked, nowMillis + limits.answerMillis()));
        lastAsked = peer.id();
        return asked;
    }

    private void dropBelow(long height) {
        Collection<Fetched> past = waiting.headMap(height).values();
        past.forEach(each -> waitingBytes -= each.block().getSerializedSize());
        past.clear();
        requests.values().removeIf(request -> request.asked().to() < height);
    }

    private void dropLate(long nowMillis) {
        for (Iterator<Request> each = requests.values().iterator(); each.hasNext();) {
            Request request = each.next();
            if (nowMillis >= request.lateAtMillis()) {
                each.remove();
                avoid(request.asked().peer(), nowMillis);
            }
        }
    }

    private void drop(Collection<Fetched> blocks, PeerId peer) {
        for (Iterator<Fetched> each = blocks.iterator(); each.hasNext();) {
            Fetched fetched = each.next();
            if (fetched.peer().equals(peer)) {
                each.remove();
                waitingBytes -= fetched.block().getSerializedSize();
            }
        }
    }

    private boolean isAvoided(PeerId peer, long nowMillis) {
        return avoidedUntil.getOrDefault(peer, Long.MIN_VALUE) > nowMillis;
    }

    /// Outlives the peer's connection. Only who was asked gets here, and who has paid is forgotten.
    private void avoid(PeerId peer, long nowMillis) {
        avoidedUntil.values().removeIf(until -> until <= nowMillis);
        avoidedUntil.put(peer, nowMillis + limits.penaltyMillis());
    }

    private static long height(CommittedBlock block) {
        return block.getBlock().getHeader().getHeight();
    }
}
