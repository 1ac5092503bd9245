package network.dchat.mesh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;

/// Which nodes should hold the shards of a collection's objects: those whose seats are closest to
/// its key by XOR, one shard each.
///
/// Where enough operators take part, each is picked at most once, the closest of its nodes. Where
/// there are fewer nodes than shards, each holds at most ⌈shards / nodes⌉, and [#doubledUp] says
/// so.
///
/// @param key the collection's key
/// @param holders the node of each shard index; empty when no node is registered
/// @param spares the next closest nodes, at most [#SPARES], which take a shard whose holder
///     refuses it
public record Placement(PlacementKey key, List<PeerId> holders, List<PeerId> spares) {
    /// Most spare nodes.
    public static final int SPARES = 5;

    /// Copies the lists.
    public Placement {
        holders = List.copyOf(holders);
        spares = List.copyOf(spares);
    }

    /// The placement among the registered nodes; their order does not matter.
    public static Placement of(PlacementKey key, Collection<StorageNode> nodes,
            ErasureScheme scheme) {
        List<PeerId> closest = closest(key, nodes, scheme.total());
        List<PeerId> holders = new ArrayList<>();
        int primaries = Math.min(scheme.total(), closest.size());
        for (int index = 0; index < scheme.total() && primaries > 0; index++) {
            holders.add(closest.get(index % primaries));
        }
        List<PeerId> spares = closest.subList(primaries,
                Math.min(closest.size(), primaries + SPARES));
        return new Placement(key, holders, spares);
    }

    /// The nodes that hold shards, closest first, each once.
    public List<PeerId> nodes() {
        return List.copyOf(new LinkedHashSet<>(holders));
    }

    /// The shard indexes that a node should hold.
    public List<Integer> indexesOf(PeerId node) {
        List<Integer> indexes = new ArrayList<>();
        for (int index = 0; index < holders.size(); index++) {
            if (holders.get(index).equals(node)) {
                indexes.add(index);
            }
        }
        return indexes;
    }

    /// The most shards of one object that one node holds: what its loss costs.
    public int mostPerNode() {
        int nodes = nodes().size();
        return nodes == 0 ? 0 : (holders.size() - 1) / nodes + 1;
    }

    /// True when nodes hold more than one shard of an object each, since there are too few of them.
    public boolean doubledUp() {
        return mostPerNode() > 1;
    }

    private static List<PeerId> closest(PlacementKey key, Collection<StorageNode> nodes,
            int wanted) {
        record Candidate(StorageNode node, Hash distance) {}
        List<StorageNode> sorted = nodes.stream()
                .map(node -> new Candidate(node, node.seat().distance(key)))
                .sorted(Comparator.comparing(Candidate::distance)
                        .thenComparing(candidate -> candidate.node().peer()))
                .map(Candidate::node).toList();
        Set<String> operators = new HashSet<>();
        List<PeerId> picked = new ArrayList<>();
        List<PeerId> others = new ArrayList<>();
        for (StorageNode node : sorted) {
            boolean first = node.operator().isEmpty() || operators.add(node.operator());
            (first ? picked : others).add(node.peer());
        }
        if (picked.size() >= wanted) {
            picked.addAll(others);
            return picked;
        }
        return sorted.stream().map(StorageNode::peer).toList();
    }
}
