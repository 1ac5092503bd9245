package network.dchat.starter.loop;

import java.io.IOException;
import java.util.List;

/// Carries out the effects of one core in the world.
///
/// @param <E> the core's effects
public interface EffectRunner<E> {
    /// When this effect may be carried out.
    EffectOrder order(E effect);

    /// Makes the effects of several inputs durable, in order, and returns when they are. Runs on
    /// the
    /// loop's persisting thread and may block.
    ///
    /// @throws IOException when they did not become durable or nobody knows
    void persist(List<E> effects) throws IOException;

    /// Carries out another effect. Runs on the loop's own thread and must not block: slow work goes
    /// to a virtual thread, and its outcome comes back through [CoreLoop#answer].
    void run(E effect);
}
