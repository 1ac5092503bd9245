package network.dchat.ledger;

/// What a transaction that was checked completely will cost its sender and do.
///
/// @param fee units that the sender pays
/// @param deposit units of the sender that are held
/// @param given units that go elsewhere, at most [LedgerLimits#MAXIMUM_MINTED]
/// @param change what it does besides
record Plan(long fee, long deposit, long given, Runnable change) {
    /// What the sender must have.
    long cost() {
        return fee + deposit + given;
    }
}
