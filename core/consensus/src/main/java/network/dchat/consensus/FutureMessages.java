package network.dchat.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.ConsensusMessage;

/// What peers sent for the next height while this one was still being stored. Each peer has a
/// share of its own; what does not fit is asked for again by announcements.
final class FutureMessages {
    /// A message and who sent it.
    record Kept(PeerId peer, ConsensusMessage message) {}

    private static final class Share {
        private final List<ConsensusMessage> messages = new ArrayList<>();
        private long bytes;
    }

    private final int maximumPeers;
    private final int maximumMessages;
    private final int maximumBytes;
    private final NavigableMap<PeerId, Share> shares = new TreeMap<>();

    FutureMessages(ConsensusLimits limits) {
        this.maximumPeers = limits.maximumPeers();
        this.maximumMessages = limits.futureMessages();
        this.maximumBytes = limits.futureBytes();
    }

    /// Keeps a message; false when the peer's share is used up.
    boolean keep(PeerId peer, ConsensusMessage message) {
        if (!shares.containsKey(peer) && shares.size() >= maximumPeers) {
            return false;
        }
        Share share = shares.computeIfAbsent(peer, _ -> new Share());
        int size = message.getSerializedSize();
        if (share.messages.size() >= maximumMessages || share.bytes + size > maximumBytes) {
            return false;
        }
        share.messages.add(message);
        share.bytes += size;
        return true;
    }

    /// All that was kept, by peer and in the order of each; forgets it.
    List<Kept> take() {
        List<Kept> kept = new ArrayList<>();
        shares.forEach((peer, share) -> share.messages
                .forEach(message -> kept.add(new Kept(peer, message))));
        shares.clear();
        return kept;
    }

    /// Forgets what a peer sent.
    void forget(PeerId peer) {
        shares.remove(peer);
    }
}
