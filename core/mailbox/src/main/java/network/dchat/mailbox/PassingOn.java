package network.dchat.mailbox;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Envelope;

/// Brings what is held for users who have moved to their new relays, a frame at a time, while the
/// outbox has room. The mailbox keeps it all the same, for a user who comes to drain it.
final class PassingOn {
    private final NetworkId network;
    private final PeerId self;
    private final Feeds feeds;
    private final Forwarding forwarding;
    private final Map<Long, User> passing = new HashMap<>();
    private final Set<User> passed = new HashSet<>();

    PassingOn(NetworkId network, PeerId self, Feeds feeds, Forwarding forwarding) {
        this.network = network;
        this.self = self;
        this.feeds = feeds;
        this.forwarding = forwarding;
    }

    /// The store's answer, if it is to a question of this part.
    void loaded(Input.FeedLoaded input, Turn turn) {
        User user = passing.remove(input.load());
        if (user != null) {
            passOn(user, input.entries(), turn);
        }
    }

    /// Passes on what is held for a user who has moved and is not here to fetch it.
    void look(User user, Turn turn) {
        boolean moved = user.route().filter(route -> route.expiresAtMillis() > turn.now())
                .filter(route -> !route.names(self)).isPresent();
        if (moved && user.attachments.isEmpty() && passed.add(user)) {
            feeds.loadMail(user, user.passedOn, turn)
                    .ifPresentOrElse(load -> passing.put(load, user), () -> passed.remove(user));
        }
    }

    private void passOn(User user, List<LoadedEntry> entries, Turn turn) {
        passed.remove(user);
        for (LoadedEntry entry : entries) {
            if (!forwarding.hasRoom(Optional.empty(), turn)) {
                return;
            }
            user.passedOn = entry.sequence();
            passOn(user, entry, turn);
        }
        look(user, turn);
    }

    private void passOn(User user, LoadedEntry entry, Turn turn) {
        Envelope envelope;
        try {
            envelope = Envelope.parseFrom(entry.body());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("mailbox: an entry is no envelope", broken);
        }
        Optional<MessageId> id = MessageId.of(network, envelope);
        if (id.isPresent() && entry.hops().size() < Inspector.MAXIMUM_HOPS
                && envelope.getExpiresAt() > turn.now() && forwarding.find(id.get()).isEmpty()) {
            forwarding.add(new Change.OutboxAdded(id.get(), user.address, envelope.getExpiresAt(),
                    entry.body().size(), entry.body(), entry.hops(), Optional.empty(),
                    Optional.empty()), turn);
        }
    }
}
