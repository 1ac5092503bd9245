package network.dchat.storage;

import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;

/// Where a manifest lies in the shard log.
///
/// @param manifest what its owner says; a tombstone too
/// @param position where its record begins
public record IndexedManifest(SignedManifest manifest, LogPosition position) {
    /// Bytes of the manifest, which count against the node's capacity.
    public int length() {
        return manifest.certified().getSerializedSize();
    }
}
