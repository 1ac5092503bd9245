package network.dchat.simulation;

import org.jspecify.annotations.Nullable;

/// A run that broke an invariant, missed its goal or threw. The message holds the seed, the
/// virtual time, the number of the event, the last trace lines and the command that replays it.
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    SimulationFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
