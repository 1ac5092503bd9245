package network.dchat.starter.loop;

/// When an effect may be carried out.
public enum EffectOrder {
    /// Makes something durable; all ordered effects behind it wait for it.
    PERSIST,
    /// Waits for every persist before it.
    ORDERED,
    /// Promises nothing, so it may overtake.
    UNCONDITIONAL
}
