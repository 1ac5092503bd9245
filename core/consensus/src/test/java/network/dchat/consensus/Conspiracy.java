package network.dchat.consensus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.wire.v1.BlockId;

/// What the Byzantine validators of one simulation know together.
final class Conspiracy {
    /// Two blocks proposed for one round.
    ///
    /// @param even told to validators of even number
    /// @param odd told to the others
    record Twins(BlockId even, BlockId odd) {}

    private record Place(long height, int round) {}

    private final Map<Place, Twins> agreed = new HashMap<>();
    private final Set<BlockId> spoilt = new HashSet<>();

    /// Notes a block that no honest validator may vote for.
    void spoil(BlockId invalid) {
        spoilt.add(invalid);
    }

    boolean isSpoilt(BlockId block) {
        return spoilt.contains(block);
    }

    void agree(long height, int round, Twins twins) {
        agreed.put(new Place(height, round), twins);
    }

    Optional<Twins> twins(long height, int round) {
        return Optional.ofNullable(agreed.get(new Place(height, round)));
    }
}
