package network.dchat.starter.discovery;

import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;

/// The records of users in the DHT. Calls block for up to some seconds, so they are made on virtual
/// threads only.
public interface UserRecords {
    /// The newest record of a user; empty when nobody who should have one has one.
    ///
    /// @throws DiscoveryUnavailableException when it could not be looked for
    Optional<Certified<UserRecord>> lookup(WalletAddress user);

    /// Puts a record at the nodes closest to it and keeps it up until it expires or a newer one is
    /// published here.
    ///
    /// @return how many other nodes keep it now; the attempt is repeated by itself
    /// @throws DiscoveryUnavailableException when the record is refused
    int publish(Certified<UserRecord> user);

    /// No longer keeps a record up; the copies elsewhere expire.
    void withdraw(WalletAddress user);
}
