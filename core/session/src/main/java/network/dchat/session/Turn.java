package network.dchat.session;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What one input leads to, collected while it is worked on: changed rows (the last word on a row
/// counts), outcomes that rest on them, and what else is to be done.
final class Turn {
    private final Map<String, Optional<ByteString>> rows = new TreeMap<>();
    private final List<Effect.Outcome> outcomes = new ArrayList<>();
    private final List<Effect> further = new ArrayList<>();

    void write(StateRow row) {
        rows.put(row.key(), Optional.of(row.value()));
    }

    void remove(String key) {
        rows.put(key, Optional.empty());
    }

    void outcome(Effect.Outcome outcome) {
        outcomes.add(outcome);
    }

    void also(Effect.Unconditional effect) {
        further.add(effect);
    }

    /// The change first, in one unit with its outcomes, then the outcomes, then the rest.
    List<Effect> effects() {
        List<StateRow> written = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        rows.forEach((key, value) -> value.ifPresentOrElse(
                present -> written.add(new StateRow(key, present)), () -> removed.add(key)));
        StateChange change = new StateChange(written, removed);
        List<Effect> effects = new ArrayList<>();
        if (!change.isEmpty()) {
            effects.add(new Effect.Persist(change, outcomes));
        }
        effects.addAll(outcomes);
        effects.addAll(further);
        return List.copyOf(effects);
    }
}
