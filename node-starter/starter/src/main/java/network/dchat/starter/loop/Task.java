package network.dchat.starter.loop;

/// What the owner of a core does next.
sealed interface Task<I> {
    /// An input that took a place in the bounded queue.
    record Outside<I>(I input) implements Task<I> {}

    /// An answer to an effect, or a timer.
    record Inside<I>(I input) implements Task<I> {}

    /// The writer's word on the oldest persists.
    record Persisted<I>(int count, boolean durable) implements Task<I> {}

    /// The end, once nothing waits.
    record Stop<I>() implements Task<I> {}
}
