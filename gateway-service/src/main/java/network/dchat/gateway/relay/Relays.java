package network.dchat.gateway.relay;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.wire.v1.Role;

/// Which relays serve whom. Calls block and are made on virtual threads.
public final class Relays {
    private static final int MOST = 3;

    private final UserRecords users;
    private final PeerDirectory directory;
    private final PeerGuard guard;
    private final RandomGenerator random;

    /// A finder over user records and the directory.
    public Relays(UserRecords users, PeerDirectory directory, PeerGuard guard,
            RandomGenerator random) {
        this.users = users;
        this.directory = directory;
        this.guard = guard;
        this.random = random;
    }

    /// A user's home relays, in order of preference; empty when nobody has their record.
    public List<PeerId> homes(WalletAddress user) {
        return record(user).map(UserRecord::relays).orElse(List.of());
    }

    /// The relays at which a user's messages may be handed in: the home relays, then any.
    public List<PeerId> candidates(WalletAddress user) {
        List<PeerId> found = new ArrayList<>(homesOrNone(user));
        List<PeerId> others = new ArrayList<>(directory.find(PeerQuery.of(Role.RELAY)).stream()
                .map(PeerRecord::peer).filter(relay -> !found.contains(relay)).toList());
        Collections.shuffle(others, Random.from(random));
        found.addAll(others.subList(0, Math.min(MOST, others.size())));
        return found;
    }

    private List<PeerId> homesOrNone(WalletAddress user) {
        try {
            return homes(user);
        } catch (RefusedException _) {
            return List.of();
        }
    }

    private Optional<UserRecord> record(WalletAddress user) {
        return guard.call(PeerGuard.Operation.USER_RECORD,
                () -> users.lookup(user).map(Certified::value));
    }
}
