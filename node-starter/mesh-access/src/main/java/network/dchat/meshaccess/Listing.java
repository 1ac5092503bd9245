package network.dchat.meshaccess;

import java.util.List;
import network.dchat.mesh.StoredObject;

/// The objects of a collection, as the nodes that answered know them.
///
/// @param objects   of each name the highest version
/// @param answered  how many nodes answered
/// @param asked     how many were asked
/// @param truncated true when there are more than are listed
public record Listing(List<StoredObject> objects, int answered, int asked, boolean truncated) {
    public Listing {
        objects = List.copyOf(objects);
    }
}
