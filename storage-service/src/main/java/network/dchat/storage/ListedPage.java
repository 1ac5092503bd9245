package network.dchat.storage;

import java.util.List;
import java.util.Map;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.SignedManifest;

/// Some objects of a collection, in order of name and version.
///
/// @param manifests their manifests
/// @param held      the shard indexes held here of each object, ascending
/// @param more      true when more may follow
public record ListedPage(List<SignedManifest> manifests, Map<ObjectId, List<Integer>> held,
        boolean more) {
    public ListedPage {
        manifests = List.copyOf(manifests);
        held = Map.copyOf(held);
    }
}
