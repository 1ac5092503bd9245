package network.dchat.mailbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.SignedBytes;

/// A message on its way to its recipient's relays.
final class Outgoing {
    final MessageId id;
    final WalletAddress recipient;
    final long expiresAtMillis;
    final List<SignedBytes> hops;
    final Optional<WalletAddress> sender;
    final Optional<Change.Order> order;
    /// Each relay that the recipient's record names.
    final Map<PeerId, Home> homes = new LinkedHashMap<>();
    /// How often in a row no relay was left to try.
    int dead;

    /// How one home relay stands to the message.
    sealed interface Home {
        /// It has not answered.
        record Pending() implements Home {}

        /// It has the message durably.
        record Durable(SignedBytes stored) implements Home {}

        /// It does not take the message, or has passed it on itself.
        record Declined() implements Home {}
    }

    Outgoing(Change.OutboxAdded added) {
        this.id = added.id();
        this.recipient = added.recipient();
        this.expiresAtMillis = added.expiresAtMillis();
        this.hops = added.hops();
        this.sender = added.sender();
        this.order = added.order();
    }

    boolean isPending(PeerId relay) {
        return homes.get(relay) instanceof Home.Pending;
    }

    boolean anyPending() {
        return homes.values().stream().anyMatch(home -> home instanceof Home.Pending);
    }

    int durable() {
        int durable = 0;
        for (Home home : homes.values()) {
            durable += home instanceof Home.Durable ? 1 : 0;
        }
        return durable;
    }

    /// Whether as many relays have it as make its sender's copy superfluous.
    boolean isSafe() {
        return !homes.isEmpty() && durable() >= Math.min(2, homes.size());
    }

    /// Whether it has passed a relay already.
    boolean passed(PeerId relay) {
        return hops.stream().anyMatch(hop -> PublicKey.parse(hop.getPublicKey())
                .filter(relay.publicKey()::equals).isPresent());
    }
}
