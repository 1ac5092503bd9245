package network.dchat.erasure;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Optional;

/// The kernels of the losses met last, since the same nodes are missing from object after object.
/// At most `capacity` are kept; the one unused for longest goes first. Safe for use by many
/// threads.
final class DecoderCache {

    private final int capacity;
    private final LinkedHashMap<Loss, PackedKernel> kernels;

    DecoderCache(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "capacity: %d (expected: 1 or more)".formatted(capacity));
        }
        this.capacity = capacity;
        kernels = new LinkedHashMap<>(16, 0.75f, true);
    }

    synchronized Optional<PackedKernel> find(Loss loss) {
        return Optional.ofNullable(kernels.get(loss));
    }

    synchronized void keep(Loss loss, PackedKernel kernel) {
        kernels.put(loss, kernel);
        if (kernels.size() > capacity) {
            kernels.pollFirstEntry();
        }
    }

    synchronized int size() {
        return kernels.size();
    }

    /// Which shards are read and which are made from them.
    record Loss(BitSet used, BitSet wanted) {

        Loss {
            used = (BitSet) used.clone();
            wanted = (BitSet) wanted.clone();
        }
    }
}
