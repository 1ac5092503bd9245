package network.dchat.session;

import java.util.List;

/// Rows to write and keys of rows to remove, all or nothing.
///
/// @param written new rows and new values of old ones
/// @param removed keys of rows that end
public record StateChange(List<StateRow> written, List<String> removed) {
    public StateChange {
        written = List.copyOf(written);
        removed = List.copyOf(removed);
    }

    /// True when there is nothing to do.
    public boolean isEmpty() {
        return written.isEmpty() && removed.isEmpty();
    }
}
