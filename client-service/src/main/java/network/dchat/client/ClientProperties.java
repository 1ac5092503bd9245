package network.dchat.client;

import java.time.Duration;
import java.util.List;
import network.dchat.identity.PeerId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of a user's node, `dchat.client.*`.
///
/// @param passphrase   opens the key store; empty = a random secret beside it, made at first start
/// @param relays       peer ids of the home relays, up to 3; empty = the fastest three that are
///     found
/// @param archiveDelay how long history waits for more before it is packed, 10 ms to 1 h
/// @param messageLife  for how long a message may be on its way, 1 min to 30 days
/// @param reviewPeriod how often the choice of relays is looked at, 100 ms to 1 h
/// @param relayPatience how long a chosen relay may stay away or refuse everything before another
///     takes its place, 100 ms to 1 d
/// @param restorePause between two looks at the mesh while a lost store is restored, 10 ms to 1 h
/// @param readReceipts whether others are told that their messages were read
@ConfigurationProperties("dchat.client")
public record ClientProperties(@DefaultValue("") String passphrase,
        @DefaultValue List<String> relays, @DefaultValue("30s") Duration archiveDelay,
        @DefaultValue("1d") Duration messageLife, @DefaultValue("2s") Duration reviewPeriod,
        @DefaultValue("60s") Duration relayPatience, @DefaultValue("30s") Duration restorePause,
        @DefaultValue("true") boolean readReceipts) {
    private static final int MOST_RELAYS = 3;

    public ClientProperties {
        relays = List.copyOf(relays);
        if (relays.size() > MOST_RELAYS) {
            throw new IllegalArgumentException("dchat.client.relays: " + relays.size()
                    + " relays (expected: up to " + MOST_RELAYS + ")");
        }
        relays.forEach(PeerId::of);
        require("archive-delay", archiveDelay, Duration.ofMillis(10), Duration.ofHours(1));
        require("message-life", messageLife, Duration.ofMinutes(1), Duration.ofDays(30));
        require("review-period", reviewPeriod, Duration.ofMillis(100), Duration.ofHours(1));
        require("relay-patience", relayPatience, Duration.ofMillis(100), Duration.ofDays(1));
        require("restore-pause", restorePause, Duration.ofMillis(10), Duration.ofHours(1));
    }

    /// The relays that the operator fixed.
    public List<PeerId> fixedRelays() {
        return relays.stream().map(PeerId::of).toList();
    }

    private static void require(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("dchat.client." + name + ": " + value
                    + " (expected: " + least + " to " + most + ")");
        }
    }

    @Override
    public String toString() {
        return "ClientProperties[passphrase=***, relays=" + relays + ", archiveDelay="
                + archiveDelay + ", messageLife=" + messageLife + ", reviewPeriod=" + reviewPeriod
                + ", relayPatience=" + relayPatience + ", restorePause=" + restorePause
                + ", readReceipts=" + readReceipts + "]";
    }
}
