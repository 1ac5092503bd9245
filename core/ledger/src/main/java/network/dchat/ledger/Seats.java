package network.dchat.ledger;

import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.TaggedHash;

/// Where a storage node sits among the placement keys. It depends on a hash that the node could not
/// know when it chose its key, so that nobody can choose to sit next to a victim.
public final class Seats {
    private static final String TAG = "dchat/seat/1";

    private Seats() {}

    /// H(`dchat/seat/1`, peer id ‖ hash).
    ///
    /// @param lot hash of the block after the registration; for a node of genesis the network id
    public static Hash seat(PeerId peer, Hash lot) {
        return TaggedHash.of(TAG, peer.toBytes(), lot.bytes());
    }
}
