package network.dchat.session;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import network.dchat.session.noise.Secret;

/// Keys of messages of one chain that did not come yet.
///
/// @param headerKey the chain's header key
/// @param skippedAtMillis when the last of them was skipped
/// @param keys message keys by number; never empty
record SkippedChain(Secret headerKey, long skippedAtMillis, NavigableMap<Integer, Secret> keys) {
    SkippedChain {
        keys = Collections.unmodifiableNavigableMap(new TreeMap<>(keys));
    }
}
