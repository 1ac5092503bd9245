package network.dchat.mesh;

import com.google.protobuf.ByteString;
import network.dchat.identity.Hash;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;

/// Where a collection sits among the seats: H(`dchat/place/1`, owner ‖ collection). Whoever knows
/// the owner's address and the collection's name can compute it, so a history is found from the
/// address alone.
///
/// @param value the hash
public record PlacementKey(Hash value) {
    /// The key of one owner's collection.
    public static PlacementKey of(WalletAddress owner, String collection) {
        return new PlacementKey(
                TaggedHash.of("dchat/place/1", owner.bytes(), ByteString.copyFromUtf8(collection)));
    }
}
