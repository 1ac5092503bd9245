package network.dchat.dht;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The calls under way and what each is for.
final class Calls {
    private final OwnRecords own;
    private final Consumer<Effect> effects;
    private final Map<Long, Purpose> open = new HashMap<>();
    private long nextId = 1;
    private int checks;

    Calls(OwnRecords own, Consumer<Effect> effects) {
        this.own = own;
        this.effects = effects;
    }

    /// What a call is for.
    sealed interface Purpose {
        /// Whoever listens at an entry address is to become the first contact.
        record Enter(Multiaddr entry) implements Purpose {}

        /// A known peer is asked whether it is there.
        record Check(Certified<PeerRecord> record) implements Purpose {}

        /// A lookup goes on.
        record Seek(long searchId, Certified<PeerRecord> record) implements Purpose {}

        /// A record is placed.
        record Place(Publication publication, Certified<PeerRecord> record) implements Purpose {}

        /// The only peer that may answer; empty when anyone may.
        default Optional<PeerId> expected() {
            return switch (this) {
                case Enter(Multiaddr entry) -> entry.peerId();
                case Check(var record) -> Optional.of(record.value().peer());
                case Seek(_, var record) -> Optional.of(record.value().peer());
                case Place(_, var record) -> Optional.of(record.value().peer());
            };
        }
    }

    void enter(Multiaddr entry) {
        send(new Purpose.Enter(entry), new Destination.Entry(entry), new Request.Ping());
    }

    void check(Certified<PeerRecord> record) {
        checks++;
        send(new Purpose.Check(record), new Destination.Node(record), new Request.Ping());
    }

    void seek(Search search, Certified<PeerRecord> record) {
        Request request = switch (search.query) {
            case Query.Closest(var target) -> new Request.FindNode(target);
            case Query.Newest(var key) -> new Request.FindValue(key);
        };
        send(new Purpose.Seek(search.id, record), new Destination.Node(record), request);
    }

    /// Places a record at a peer, unless it may not be told there.
    void place(Publication publication, Certified<PeerRecord> record) {
        tellable(publication.record, record.value()).ifPresent(copy -> {
            publication.sent();
            send(new Purpose.Place(publication, record), new Destination.Node(record),
                    new Request.Store(copy));
        });
    }

    /// Takes a call off the list; empty when there is none of this id.
    Optional<Purpose> end(long callId) {
        Optional<Purpose> purpose = Optional.ofNullable(open.remove(callId));
        if (purpose.isPresent() && purpose.get() instanceof Purpose.Check) {
            checks--;
        }
        return purpose;
    }

    boolean isChecking(PeerId peer) {
        return open.values().stream().anyMatch(purpose -> purpose instanceof Purpose.Check
                && purpose.expected().equals(Optional.of(peer)));
    }

    boolean isEntering(Multiaddr entry) {
        return open.containsValue(new Purpose.Enter(entry));
    }

    long made() {
        return nextId - 1;
    }

    int checks() {
        return checks;
    }

    /// Peer records are told within their scope; of our own there is one for each.
    private Optional<VerifiedRecord> tellable(VerifiedRecord record, PeerRecord listener) {
        if (!(record.content() instanceof Content.OfPeer(PeerRecord told))) {
            return Optional.of(record);
        }
        if (own.isOf(told.peer())) {
            return own.toldTo(listener.scope()).map(VerifiedRecord::ofPeer);
        }
        return told.scope().mayBeToldTo(listener.scope()) ? Optional.of(record) : Optional.empty();
    }

    private void send(Purpose purpose, Destination destination, Request request) {
        long id = nextId++;
        open.put(id, purpose);
        effects.accept(new Effect.Call(id, destination, own.toldTo(destination), request));
    }
}
