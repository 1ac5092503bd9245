package network.dchat.gossip;

import java.util.List;
import network.dchat.identity.Hash;

/// What travels over a link at once.
///
/// @param arrivals rumors with their bodies, at most 100
/// @param have ids that the sender holds, at most 1,000
/// @param want ids whose rumors the sender asks for, at most 100
/// @param refused rumors of the receiver that the sender did not take, at most 100
public record Frame(List<Arrival> arrivals, List<Hash> have, List<Hash> want,
        List<Refusal> refused) {
    /// Copies the lists.
    public Frame {
        arrivals = List.copyOf(arrivals);
        have = List.copyOf(have);
        want = List.copyOf(want);
        refused = List.copyOf(refused);
    }

    /// True when there is nothing in it.
    public boolean isEmpty() {
        return arrivals.isEmpty() && have.isEmpty() && want.isEmpty() && refused.isEmpty();
    }
}
