package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Octets;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.ListedObject;

/// The union of what nodes list of one collection: of each name the highest version that its owner
/// signed.
final class FoundObjects {
    /// A version of an object and who said to hold which of its shards.
    private static final class Found {
        private final SignedManifest manifest;
        private final Map<PeerId, TreeSet<Integer>> indexes = new HashMap<>();

        private Found(SignedManifest manifest) {
            this.manifest = manifest;
        }
    }

    private final NetworkId network;
    private final Input.List list;
    private final int limit;
    private final TreeMap<String, Found> byName = new TreeMap<>();
    /// Manifests that verified, so that fifteen copies cost one verification.
    private final Map<CertifiedManifest, SignedManifest> verified = new HashMap<>();
    private boolean truncated;

    FoundObjects(NetworkId network, Input.List list, int limit) {
        this.network = network;
        this.list = list;
        this.limit = limit;
    }

    boolean isTruncated() {
        return truncated;
    }

    /// Adds what a node listed. The answer says what no honest node would have listed.
    Optional<String> add(PeerId node, ListedObject listed) {
        if (listed.getShardsCount() > StripeLayout.MAXIMUM_TOTAL) {
            return Optional.of(listed.getShardsCount() + " shards of an object");
        }
        SignedManifest manifest = verified.get(listed.getManifest());
        if (manifest == null) {
            var verification = SignedManifest.verify(listed.getManifest(), network);
            if (verification.refusal().isPresent()) {
                return Optional.of(verification.refusal().get().reason());
            }
            manifest = verification.orElseThrow();
            if (verified.size() < 2 * limit) {
                verified.put(listed.getManifest(), manifest);
            }
        }
        ObjectName object = manifest.object();
        if (!object.owner().equals(list.owner()) || !object.collection().equals(list.collection())
                || (!list.name().isEmpty() && !object.name().equals(list.name()))) {
            return Optional.of("a manifest that was not asked for");
        }
        merge(node, listed, manifest);
        return Optional.empty();
    }

    /// What was found and is there, sorted by name; holdings in the order of the nodes.
    List<StoredObject> objects(List<PeerId> nodes, long nowMillis) {
        List<StoredObject> objects = new ArrayList<>();
        for (Found found : byName.values()) {
            Manifest manifest = found.manifest.manifest();
            if (manifest instanceof Manifest.Stored && !manifest.isExpired(nowMillis)) {
                objects.add(new StoredObject(found.manifest, holdings(found, nodes)));
            }
        }
        return objects;
    }

    private void merge(PeerId node, ListedObject listed, SignedManifest manifest) {
        String name = manifest.object().name();
        Found known = byName.get(name);
        if (known == null && byName.size() >= limit) {
            truncated = true;
            return;
        }
        if (known == null || compare(manifest, known.manifest) > 0) {
            known = new Found(manifest);
            byName.put(name, known);
        }
        if (manifest.manifest() instanceof Manifest.Stored stored
                && body(manifest).equals(body(known.manifest))) {
            TreeSet<Integer> indexes = known.indexes.computeIfAbsent(node, _ -> new TreeSet<>());
            for (int index : listed.getShardsList()) {
                if (index >= 0 && index < stored.layout().scheme().total()) {
                    indexes.add(index);
                }
            }
        }
    }

    private static List<StoredObject.Holding> holdings(Found found, List<PeerId> nodes) {
        List<StoredObject.Holding> holdings = new ArrayList<>();
        for (PeerId node : nodes) {
            TreeSet<Integer> indexes = found.indexes.get(node);
            if (indexes != null && !indexes.isEmpty()) {
                holdings.add(new StoredObject.Holding(node, List.copyOf(indexes)));
            }
        }
        return holdings;
    }

    /// The higher version counts; of two with the same one the later made, then the greater
    /// bytes, so that all readers choose the same.
    private static int compare(SignedManifest left, SignedManifest right) {
        int byVersion = Long.compare(left.object().version(), right.object().version());
        if (byVersion != 0) {
            return byVersion;
        }
        int byTime = Long.compare(left.manifest().createdAtMillis(),
                right.manifest().createdAtMillis());
        return byTime != 0 ? byTime : Octets.compare(body(left), body(right));
    }

    private static ByteString body(SignedManifest manifest) {
        return manifest.certified().getManifest().getBody();
    }
}
