package network.dchat.meshaccess;

import network.dchat.mesh.Input;

/// An input and the life of the planner that it is meant for. Numbers of calls and timers begin
/// anew with each life, so an answer to an earlier one must not reach a later one.
///
/// @param life  number of the life, [#ANY] for all
/// @param input what happened
record Stamped(long life, Input input) {
    /// Means any life.
    static final long ANY = 0;

    static Stamped any(Input input) {
        return new Stamped(ANY, input);
    }
}
