package network.dchat.consensus;

import java.util.NavigableMap;
import java.util.TreeMap;
import network.dchat.ledger.ProposerRotation;

/// Who proposes in each round of a height.
final class Proposers {
    private final NavigableMap<Integer, ProposerRotation> rotations = new TreeMap<>();

    /// @param first the rotation at round 0
    Proposers(ProposerRotation first) {
        rotations.put(0, first);
    }

    /// Index of the round's proposer.
    int at(int round) {
        var known = rotations.floorEntry(round);
        if (known.getKey() == round) {
            return known.getValue().proposer();
        }
        ProposerRotation rotation = known.getValue().advance(round - known.getKey());
        rotations.put(round, rotation);
        return rotation.proposer();
    }

    /// The rotation at round 0, from which the next height follows.
    ProposerRotation first() {
        return rotations.firstEntry().getValue();
    }

    /// Forgets what was worked out for rounds before this one, round 0 apart.
    void forgetBefore(int round) {
        rotations.subMap(0, false, Math.max(round, 1), false).clear();
    }
}
