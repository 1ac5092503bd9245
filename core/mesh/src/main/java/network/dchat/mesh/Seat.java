package network.dchat.mesh;

import com.google.protobuf.ByteString;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.TaggedHash;

/// Where a storage node sits: H(`dchat/seat/1`, peer id ‖ a hash that nobody knew when the node
/// registered), so that nobody can choose to sit next to a victim.
///
/// @param value the hash
public record Seat(Hash value) {
    /// The seat of a node that registered on the running chain.
    ///
    /// @param nextBlock hash of the block after the one with the registration
    public static Seat of(PeerId node, Hash nextBlock) {
        return new Seat(TaggedHash.of("dchat/seat/1", node.toBytes(), nextBlock.bytes()));
    }

    /// The seat of a node named in the genesis.
    public static Seat ofGenesis(PeerId node, NetworkId network) {
        return new Seat(TaggedHash.of("dchat/seat/1", node.toBytes(), network.bytes()));
    }

    /// XOR of seat and key as an unsigned big-endian number: smaller is closer.
    Hash distance(PlacementKey key) {
        byte[] left = value.bytes().toByteArray();
        byte[] right = key.value().bytes().toByteArray();
        for (int index = 0; index < left.length; index++) {
            left[index] ^= right[index];
        }
        return new Hash(ByteString.copyFrom(left));
    }
}
