package network.dchat.gateway.messages;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.wire.v1.CertifiedGrant;

/// A user's sealed history in the mesh, page by page. Calls block.
public final class History {
    /// Objects on one page at most.
    public static final int MOST = 50;

    /// Largest object that is shown, in bytes: no pack of history is larger, and a page is put
    /// together in memory.
    static final long LARGEST = 1_280 * 1024;

    private static final long PAGE_BYTES = 4 * 1024 * 1024;

    private final MeshAccess mesh;
    private final PeerGuard guard;

    /// Reads through the mesh.
    public History(MeshAccess mesh, PeerGuard guard) {
        this.mesh = mesh;
        this.guard = guard;
    }

    /// One object.
    ///
    /// @param sealed as its owner stored it
    public record Pack(String name, long version, ByteString sealed) {}

    /// Some objects in the order of their names.
    ///
    /// @param next name after which the next page begins; empty after the last
    /// @param answered storage nodes that answered the listing
    /// @param asked storage nodes that were asked
    public record Page(List<Pack> packs, Optional<String> next, int answered, int asked) {
        /// Copies the list.
        public Page {
            packs = List.copyOf(packs);
        }
    }

    /// The page after a name.
    ///
    /// @param after empty for the first page
    /// @param limit objects on it, at most [#MOST]
    public Page read(WalletAddress owner, CertifiedGrant grant, String after, int limit) {
        Listing listing = guard.call(PeerGuard.Operation.LIST_OBJECTS,
                () -> mesh.list(owner, ObjectName.HISTORY, "", grant).get());
        List<StoredObject> objects = shown(listing.objects(), after);
        List<Pack> packs = new ArrayList<>();
        long bytes = 0;
        for (StoredObject object : objects) {
            long length = length(object);
            boolean full = packs.size() >= limit || bytes + length > PAGE_BYTES;
            if (full && !packs.isEmpty()) {
                return new Page(packs, Optional.of(packs.getLast().name()), listing.answered(),
                        listing.asked());
            }
            bytes += length;
            packs.add(new Pack(object.object().name(), object.object().version(), guard
                    .call(PeerGuard.Operation.GET_OBJECT, () -> mesh.get(object, grant).get())));
        }
        return new Page(packs, Optional.empty(), listing.answered(), listing.asked());
    }

    /// The packs after a name, in order.
    static List<StoredObject> shown(List<StoredObject> objects, String after) {
        return objects.stream()
                .filter(object -> object.manifest().manifest() instanceof Manifest.Stored
                        && length(object) <= LARGEST)
                .filter(object -> object.object().name().compareTo(after) > 0)
                .sorted(Comparator.comparing(object -> object.object().name())).toList();
    }

    private static long length(StoredObject object) {
        return object.manifest().manifest() instanceof Manifest.Stored stored
                ? stored.layout().length()
                : 0;
    }
}
