package network.dchat.simulation;

/// What a crash leaves of the persists that were not yet forced. Of these a random prefix always
/// survives as a whole; the kinds differ in the one after it, the torn one.
public enum Tearing {
    /// Nothing of the torn persist: a database with transactions.
    TRANSACTIONS,
    /// Of the torn persist some first writes of each log and file: a log with checksums.
    RECORDS,
    /// As [#RECORDS], and the next record of a log may be there with its tail cut: raw bytes.
    BYTES
}
