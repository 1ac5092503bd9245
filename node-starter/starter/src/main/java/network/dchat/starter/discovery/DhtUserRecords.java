package network.dchat.starter.discovery;

import java.util.Optional;
import network.dchat.dht.Content;
import network.dchat.dht.Outcome;
import network.dchat.dht.Query;
import network.dchat.dht.RecordKey;
import network.dchat.dht.VerifiedRecord;
import network.dchat.identity.Certified;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;

/// User records in the DHT.
final class DhtUserRecords implements UserRecords {
    private final NodeDht dht;

    DhtUserRecords(NodeDht dht) {
        this.dht = dht;
    }

    @Override
    public Optional<Certified<UserRecord>> lookup(WalletAddress user) {
        return switch (dht.lookup(new Query.Newest(RecordKey.ofUser(user)))) {
            case Outcome.Found(VerifiedRecord found) ->
                found.content() instanceof Content.OfUser(UserRecord record)
                        ? Optional.of(new Certified<>(record, found.signed()))
                        : Optional.empty();
            case Outcome.Absent _,Outcome.Peers _ -> Optional.empty();
            case Outcome.Refused(var rejection) -> throw new DiscoveryUnavailableException(
                    "user record: " + rejection.name() + ": " + rejection.reason());
        };
    }

    @Override
    public int publish(Certified<UserRecord> user) {
        return dht.publish(VerifiedRecord.ofUser(user));
    }

    @Override
    public void withdraw(WalletAddress user) {
        dht.withdraw(RecordKey.ofUser(user));
    }
}
