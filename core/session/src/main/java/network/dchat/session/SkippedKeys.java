package network.dchat.session;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.session.noise.Secret;

/// All keys of one session that wait for messages that are late or lost. Immutable.
///
/// @param chains the chain skipped first comes first
record SkippedKeys(List<SkippedChain> chains) {
    /// None.
    static final SkippedKeys NONE = new SkippedKeys(List.of());

    SkippedKeys {
        chains = List.copyOf(chains);
    }

    /// How many keys there are.
    int size() {
        return chains.stream().mapToInt(chain -> chain.keys().size()).sum();
    }

    /// The key of one message.
    Optional<Secret> find(Secret headerKey, int number) {
        return chains.stream().filter(chain -> chain.headerKey().equals(headerKey)).findFirst()
                .map(chain -> chain.keys().get(number));
    }

    /// The same without the key of one message.
    SkippedKeys without(Secret headerKey, int number) {
        List<SkippedChain> left = new ArrayList<>();
        for (SkippedChain chain : chains) {
            if (chain.headerKey().equals(headerKey)) {
                NavigableMap<Integer, Secret> keys = new TreeMap<>(chain.keys());
                keys.remove(number);
                if (!keys.isEmpty()) {
                    left.add(new SkippedChain(headerKey, chain.skippedAtMillis(), keys));
                }
            } else {
                left.add(chain);
            }
        }
        return new SkippedKeys(left);
    }

    /// The same with keys of a chain, within the limits: what was skipped first is dropped first.
    SkippedKeys with(Secret headerKey, NavigableMap<Integer, Secret> added, long nowMillis,
            RatchetLimits limits) {
        if (added.isEmpty()) {
            return this;
        }
        NavigableMap<Integer, Secret> keys = new TreeMap<>(added);
        List<SkippedChain> all = new ArrayList<>();
        for (SkippedChain chain : chains) {
            if (chain.headerKey().equals(headerKey)) {
                keys.putAll(chain.keys());
            } else {
                all.add(chain);
            }
        }
        all.add(new SkippedChain(headerKey, nowMillis, keys));
        return new SkippedKeys(bounded(all, limits));
    }

    /// The same without what was skipped before a time.
    SkippedKeys since(long millis) {
        if (chains.stream().noneMatch(chain -> chain.skippedAtMillis() < millis)) {
            return this;
        }
        return new SkippedKeys(
                chains.stream().filter(chain -> chain.skippedAtMillis() >= millis).toList());
    }

    private static List<SkippedChain> bounded(List<SkippedChain> all, RatchetLimits limits) {
        while (all.size() > limits.maximumSkippedChains()) {
            all.removeFirst();
        }
        int excess = new SkippedKeys(all).size() - limits.maximumSkippedKeys();
        while (excess > 0) {
            SkippedChain oldest = all.removeFirst();
            NavigableMap<Integer, Secret> keys = new TreeMap<>(oldest.keys());
            while (excess > 0 && !keys.isEmpty()) {
                keys.pollFirstEntry();
                excess--;
            }
            if (!keys.isEmpty()) {
                all.addFirst(new SkippedChain(oldest.headerKey(), oldest.skippedAtMillis(), keys));
            }
        }
        return all;
    }
}
