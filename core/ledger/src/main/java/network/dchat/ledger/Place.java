package network.dchat.ledger;

import network.dchat.identity.Hash;
import network.dchat.wire.v1.Position;

/// Where a batch stands on the chain.
///
/// @param height of the block
/// @param transaction index in the block
record Place(long height, int transaction) {
    static Place of(Position position) {
        return new Place(position.getHeight(), position.getTransaction());
    }

    Hash key() {
        return StateKeys.batch(height, transaction);
    }
}
