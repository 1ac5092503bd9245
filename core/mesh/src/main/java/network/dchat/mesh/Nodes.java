package network.dchat.mesh;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;

/// The registered storage nodes, where they place what, and which did not answer lately.
final class Nodes {
    /// For how long a node that did not answer is asked last.
    private static final long SUSPICION_MILLIS = 30_000;
    private static final int CACHED_PLACEMENTS = 256;

    private record Question(PlacementKey key, ErasureScheme scheme) {}

    private final int maximumNodes;
    private final LinkedHashMap<Question, Placement> placements = new LinkedHashMap<>();
    /// Looked up by node only; cleared of nodes that are gone.
    private final Map<PeerId, Long> suspectedUntilMillis = new HashMap<>();
    private List<StorageNode> registered = List.of();

    Nodes(int maximumNodes) {
        this.maximumNodes = maximumNodes;
    }

    /// Takes the registry; of more nodes than the limit the first ones count.
    void change(List<StorageNode> nodes) {
        registered = List.copyOf(nodes.subList(0, Math.min(nodes.size(), maximumNodes)));
        placements.clear();
        suspectedUntilMillis.keySet()
                .retainAll(registered.stream().map(StorageNode::peer).toList());
    }

    Placement placement(PlacementKey key, ErasureScheme scheme) {
        Question question = new Question(key, scheme);
        Placement known = placements.remove(question);
        Placement placement = known == null ? Placement.of(key, registered, scheme) : known;
        placements.put(question, placement);
        if (placements.size() > CACHED_PLACEMENTS) {
            placements.pollFirstEntry();
        }
        return placement;
    }

    void silent(PeerId node, long nowMillis) {
        if (suspectedUntilMillis.size() < maximumNodes) {
            suspectedUntilMillis.put(node, nowMillis + SUSPICION_MILLIS);
        }
    }

    void answered(PeerId node) {
        suspectedUntilMillis.remove(node);
    }

    boolean isSuspect(PeerId node, long nowMillis) {
        Long until = suspectedUntilMillis.get(node);
        return until != null && until > nowMillis;
    }
}
