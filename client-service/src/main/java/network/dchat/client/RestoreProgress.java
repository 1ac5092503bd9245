package network.dchat.client;

import java.util.List;
import java.util.Locale;

/// How far the history was brought back from the mesh.
///
/// @param state     what is going on
/// @param objects   objects that the mesh listed
/// @param read      objects of which all that can be read is in the store
/// @param messages  messages that came into the store by it since this node started
/// @param faults    objects that cannot be read, by name; the first [#MOST_FAULTS]
/// @param failed    how many objects cannot be read
/// @param truncated whether the mesh has more than it lists
/// @param waitsFor  why it waits before the next round; empty when it does not
public record RestoreProgress(State state, int objects, int read, int messages, List<Fault> faults,
        int failed, boolean truncated, String waitsFor) {
    /// Most faults that are named.
    public static final int MOST_FAULTS = 100;

    /// What is going on.
    public enum State {
        /// Packs are being read, or waited for.
        RUNNING,
        /// Everything that the mesh has was read; faults, if any, are for good.
        DONE,
        /// This store never needed it.
        NOT_NEEDED
    }

    /// An object that cannot be read.
    ///
    /// @param object its name
    /// @param reason why
    public record Fault(String object, String reason) {}

    public RestoreProgress {
        faults = List.copyOf(faults);
    }

    /// The state in answers, lower case.
    public String label() {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
