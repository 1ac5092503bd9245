package network.dchat.validator.snapshot;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.ledger.StateChunks;
import network.dchat.wire.v1.SnapshotOffer;

/// What peers say they offer: the same state by several of them is one candidate. Nothing of it is
/// verified.
final class Offers {
    /// A state larger than this is not fetched: it is held in memory.
    static final long MOST_BYTES = 1024L * 1024 * 1024;

    private final Map<SnapshotOffer, List<PeerId>> byOffer = new LinkedHashMap<>();

    /// A state and who offers it.
    record Candidate(SnapshotOffer offer, List<PeerId> peers) {
        Candidate {
            peers = List.copyOf(peers);
        }

        long height() {
            return offer.getHeight();
        }

        ByteString blockHash() {
            return offer.getBlockHash();
        }
    }

    /// Takes a peer's offers; those that nobody could fetch are left out.
    void add(PeerId peer, List<SnapshotOffer> offers) {
        for (SnapshotOffer offer : offers) {
            boolean possible = offer.getHeight() >= 1 && offer.getHeight() < Long.MAX_VALUE
                    && offer.getChunkBits() >= 0 && offer.getChunkBits() <= StateChunks.MAXIMUM_BITS
                    && offer.getBytes() >= 0 && offer.getBytes() <= MOST_BYTES;
            if (possible) {
                byOffer.computeIfAbsent(offer, _ -> new ArrayList<>()).add(peer);
            }
        }
    }

    /// All candidates: the highest first, of one height that of the most peers.
    List<Candidate> candidates() {
        return byOffer.entrySet().stream()
                .map(each -> new Candidate(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Candidate::height).reversed()
                        .thenComparingInt(each -> -each.peers().size()))
                .toList();
    }
}
