package network.dchat.validator.store;

/// What to do with a write-ahead log that is damaged elsewhere than at its end.
public enum DamagedLog {
    /// Do not start.
    REFUSE,
    /// Move it aside; the validator then signs nothing until the height at hand is decided.
    SET_ASIDE
}
