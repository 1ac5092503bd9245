package network.dchat.consensus;

/// What a timer is for. A timer that elapses late names what it meant, and so does no harm.
public sealed interface TimerId {
    /// A step's timeout.
    record StepTimeout(long height, int round, Step step) implements TimerId {}

    /// The height begins although there is nothing to order.
    record Idle(long height) implements TimerId {}

    /// The height begins because there is work, which has been gathered long enough.
    record Batch(long height) implements TimerId {}

    /// Time to tell what one holds, to send what others lack, and to look for blocks.
    record Announce() implements TimerId {}
}
