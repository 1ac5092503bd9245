package network.dchat.consensus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CommittedBlock;
import org.jspecify.annotations.Nullable;

/// Asks peers for blocks that were decided without us, one request at a time and of each peer in
/// turn.
final class CatchUp {
    /// A request under way.
    record Request(long id, PeerId peer, long from, long to) {}

    /// A block that a peer sent.
    record Fetched(PeerId peer, CommittedBlock block) {}

    private final PeerTable peers;
    private final ConsensusLimits limits;
    private final long graceMillis;
    private final Deque<Fetched> fetched = new ArrayDeque<>();
    private @Nullable Request request;
    private @Nullable PeerId lastAsked;
    private long lastId;

    /// @param graceMillis how long a height may be behind a peer before its block is asked for
    CatchUp(PeerTable peers, ConsensusLimits limits, long graceMillis) {
        this.peers = peers;
        this.limits = limits;
        this.graceMillis = graceMillis;
    }

    /// The request to make now, if any: a peer has decided this height, and it is not merely a
    /// moment ahead.
    ///
    /// @param credibleHeight the height that an honest peer works on, or a later one
    Optional<Request> next(long height, long credibleHeight, long heightSinceMillis,
            long nowMillis) {
        if (request != null || !fetched.isEmpty()) {
            return Optional.empty();
        }
        boolean far = credibleHeight > height + 1;
        if (!far && nowMillis - heightSinceMillis < graceMillis) {
            return Optional.empty();
        }
        Optional<PeerTable.Peer> peer = peers.beyond(height, Optional.ofNullable(lastAsked),
                nowMillis);
        peer.ifPresent(found -> {
            lastAsked = found.id();
            long to = Math.min(found.height() - 1, height + limits.blocksPerRequest() - 1);
            request = new Request(++lastId, found.id(), height, to);
        });
        return Optional.ofNullable(request);
    }

    /// Takes the answer; false when it answers nothing. One that brings no block is a failure.
    boolean answered(long id, List<CommittedBlock> blocks, long nowMillis) {
        Request answered = request;
        if (answered == null || answered.id() != id) {
            return false;
        }
        request = null;
        if (blocks.isEmpty()) {
            avoid(answered.peer(), nowMillis);
        }
        long bytes = 0;
        for (CommittedBlock block : blocks) {
            bytes += block.getSerializedSize();
            if (fetched.size() < limits.blocksPerRequest()
                    && (bytes <= limits.fetchedBytes() || fetched.isEmpty())) {
                fetched.add(new Fetched(answered.peer(), block));
            }
        }
        return true;
    }

    /// The block of this height, if it was fetched. Earlier ones are dropped; a gap ends the
    /// answer.
    Optional<Fetched> take(long height) {
        while (!fetched.isEmpty()
                && fetched.getFirst().block().getBlock().getHeader().getHeight() < height) {
            fetched.removeFirst();
        }
        Fetched first = fetched.pollFirst();
        if (first == null) {
            return Optional.empty();
        }
        if (first.block().getBlock().getHeader().getHeight() > height) {
            fetched.clear();
            return Optional.empty();
        }
        return Optional.of(first);
    }

    /// A peer sent something wrong: the rest of it is dropped and the peer left alone for a while.
    void distrust(PeerId peer, long nowMillis) {
        fetched.clear();
        avoid(peer, nowMillis);
    }

    /// True while blocks are asked for or wait to be applied.
    boolean isBusy() {
        return request != null || !fetched.isEmpty();
    }

    private void avoid(PeerId peer, long nowMillis) {
        peers.find(peer).ifPresent(found -> found.avoidUntil(nowMillis + limits.penaltyMillis()));
    }
}
