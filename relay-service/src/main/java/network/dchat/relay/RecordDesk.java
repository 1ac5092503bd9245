package network.dchat.relay;

import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.NetworkId;
import network.dchat.identity.UserRecord;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.mailbox.UserRoute;
import network.dchat.starter.discovery.DiscoveryUnavailableException;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// User records as a relay looks them up and republishes them. Calls block, so they are made on
/// virtual threads.
public final class RecordDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RecordDesk.class);

    private final UserRecords records;
    private final NetworkId network;

    /// A desk over the DHT.
    public RecordDesk(UserRecords records, NetworkId network) {
        this.records = records;
        this.network = network;
    }

    /// Where a user is reached; empty when nobody knows.
    public Optional<UserRoute> lookUp(WalletAddress address) {
        try {
            return records.lookup(address).map(UserRoute::of);
        } catch (DiscoveryUnavailableException unavailable) {
            LOG.debug("event=user-record-not-looked-up reason=\"{}\"", unavailable.getMessage());
            return Optional.empty();
        }
    }

    /// Puts a record into the DHT again.
    public void publish(SignedBytes signed, long nowMillis) {
        if (UserRecord.verify(signed, network,
                nowMillis) instanceof Verified.Accepted<UserRecord>(UserRecord record)) {
            try {
                int holders = records.publish(new Certified<>(record, signed));
                LOG.debug("event=user-record-published holders={}", holders);
            } catch (DiscoveryUnavailableException unavailable) {
                LOG.info("event=user-record-not-published reason=\"{}\"", unavailable.getMessage());
            }
        }
    }
}
