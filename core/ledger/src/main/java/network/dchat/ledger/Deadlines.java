package network.dchat.ledger;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.Unbonding;

/// What blocks will end by and by, the next first. It follows from the state's entries alone.
/// Immutable.
///
/// @param unbondings accounts whose units become spendable
/// @param roots delivery roots to be settled
/// @param batches ordered batches whose claims end
/// @param undrawn roots of the last block, whose leaves the next one draws, by transaction
record Deadlines(OrderedSet<Due> unbondings, OrderedSet<Due> roots, OrderedSet<Due> batches,
        List<Hash> undrawn) {
    static final Deadlines NONE = new Deadlines(OrderedSet.empty(), OrderedSet.empty(),
            OrderedSet.empty(), List.of());

    Deadlines {
        undrawn = List.copyOf(undrawn);
    }

    Deadlines withUnbondings(OrderedSet<Due> changed) {
        return new Deadlines(changed, roots, batches, undrawn);
    }

    Deadlines withRoots(OrderedSet<Due> changed) {
        return new Deadlines(unbondings, changed, batches, undrawn);
    }

    Deadlines withBatches(OrderedSet<Due> changed) {
        return new Deadlines(unbondings, roots, changed, undrawn);
    }

    Deadlines withUndrawn(List<Hash> changed) {
        return new Deadlines(unbondings, roots, batches, changed);
    }

    static Due of(WalletAddress address, Unbonding unbonding) {
        return new Due(unbonding.getTimeMillis(), unbonding.getHeight(), address.bytes());
    }

    static Optional<Due> of(OpenRoot root) {
        return root.getDeadlineMillis() == 0
                ? Optional.empty()
                : Optional.of(new Due(root.getDeadlineMillis(), 0, root.getTransactionHash()));
    }

    static Due of(OrderedBatch batch, ChainTerms terms) {
        return new Due(batch.getTimeMillis() + terms.claimMillis(), batch.getHeight(),
                BigEndian.of(batch.getTransaction()));
    }
}
