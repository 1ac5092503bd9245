package network.dchat.discovery;

import java.util.Optional;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.starter.status.ProgressCheck;

/// A discovery node makes progress when it has entered the network. The first node of a network,
/// which has no entries, is the network.
final class EntryCheck implements ProgressCheck {
    private final NodeDht dht;
    private final int entries;

    EntryCheck(NodeDht dht, int entries) {
        this.dht = dht;
        this.entries = entries;
    }

    @Override
    public String part() {
        return "network-entry";
    }

    @Override
    public Optional<String> blockedBy() {
        return entries > 0 && dht.tally().contacts() == 0
                ? Optional.of("no peer known; none of " + entries + " bootstrap nodes answered")
                : Optional.empty();
    }
}
