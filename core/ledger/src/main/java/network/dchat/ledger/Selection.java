package network.dchat.ledger;

import java.util.List;
import network.dchat.identity.Rejection;

/// Transactions that apply one after the other to a state.
///
/// @param taken those that do, in the order of the candidates
/// @param refused those that do not, after the ones taken before them
/// @param left number of candidates that were not looked at, for want of room
public record Selection(List<Transaction> taken, List<Refusal> refused, int left) {
    /// Copies the lists.
    public Selection {
        taken = List.copyOf(taken);
        refused = List.copyOf(refused);
    }

    /// A candidate that does not apply.
    public record Refusal(Transaction transaction, Rejection rejection) {}
}
