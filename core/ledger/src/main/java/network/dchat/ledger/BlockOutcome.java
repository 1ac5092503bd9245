package network.dchat.ledger;

import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;

/// Whether a block's transactions all apply, in order.
public sealed interface BlockOutcome {
    /// Stands in place of a transaction's index where the block's evidence is wrong.
    int EVIDENCE = -1;

    /// They do.
    ///
    /// @param state the state after the block; its root stands in the next header
    /// @param results one a transaction, in order
    record Applied(ChainState state, List<Result> results) implements BlockOutcome {
        /// Copies the list.
        public Applied {
            results = List.copyOf(results);
        }
    }

    /// One does not, so the block is invalid.
    ///
    /// @param index of the transaction; [#EVIDENCE] when it is the block's evidence
    record Refused(int index, Rejection rejection) implements BlockOutcome {}

    /// What a transaction did.
    ///
    /// @param hash of the transaction
    /// @param fee units that the sender paid
    /// @param deposit units of the sender that are held
    record Result(Hash hash, long fee, long deposit) {}
}
