package network.dchat.simulation;

/// A kind of fault that a [FaultPlan] strikes with.
public enum Fault {
    /// A node crashes between two events and is restarted after the drawn time.
    CRASH,
    /// A node crashes between two of its next actions and is restarted after the drawn time.
    CRASH_BETWEEN_ACTIONS,
    /// A node crashes, loses its disk and is restarted after the drawn time.
    LOST_DISK,
    /// A node does nothing for the drawn time and then goes on.
    HANG,
    /// A node's next force fails, and it is rebuilt from its disk.
    FAILED_FORCE,
    /// The nodes fall into two groups for the drawn time or until they fall apart anew.
    PARTITION,
    /// One direction between two nodes is cut for the drawn time.
    ONE_WAY_CUT,
    /// All links lose a drawn share of up to a half for the drawn time.
    LOSS
}
