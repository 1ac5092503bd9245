package network.dchat.mailbox.outbox;

import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.FeedKind;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;

/// What an [Outbox] asks the world to do, in order. Whatever follows a [Persist] waits for it,
/// except what is [Unconditional].
public sealed interface Effect {
    /// Promises nothing, so it need not wait for a [Persist].
    sealed interface Unconditional extends Effect {}

    /// Makes changes durable, all or nothing.
    record Persist(List<Change> changes) implements Effect {
        /// Copies the list.
        public Persist {
            changes = List.copyOf(changes);
        }
    }

    /// Asks for [Input.TimerElapsed] at a time; replaces the timer of this id.
    record SetTimer(TimerId timer, long atMillis) implements Unconditional {}

    /// Opens the mailbox at a relay; answered by [Input.Attached] or [Input.Detached].
    record Attach(PeerId relay) implements Unconditional {}

    /// Leaves a relay for good; not answered.
    record Leave(PeerId relay) implements Unconditional {}

    /// Submits messages, at most a frame.
    record Submit(PeerId relay, List<SignedBytes> submissions) implements Effect {
        /// Copies the list.
        public Submit {
            submissions = List.copyOf(submissions);
        }
    }

    /// Tells a relay that everything up to a number is stored here.
    record Acknowledge(PeerId relay, FeedKind feed, long sequence) implements Effect {}

    /// Gives a relay receipts and claims, at most a frame.
    record GiveDeliveries(PeerId relay, List<SignedDelivery> deliveries) implements Effect {
        /// Copies the list.
        public GiveDeliveries {
            deliveries = List.copyOf(deliveries);
        }
    }

    /// Asks a relay where commitments stand, at most a frame.
    record AskFinality(PeerId relay, List<OrderCommitment> commitments) implements Unconditional {
        /// Copies the list.
        public AskFinality {
            commitments = List.copyOf(commitments);
        }
    }

    /// Asks for a recipient's newest record; [Input.RecipientKnown] when it is found.
    record LookUpUserRecord(WalletAddress address) implements Unconditional {}

    /// Hands over a message to be decrypted and stored, each id once a life; answered by
    /// [Input.Opened] or [Input.NotOpened]. One that the store has already is not shown again, but
    /// answered all the same.
    record Open(MessageId id, Envelope envelope, PeerId relay) implements Effect {}

    /// An own message reached a state.
    record ShowState(MessageId id, MessageState state) implements Effect {}

    /// An own or a received message has its place in the order.
    record ShowPosition(MessageId id, OrderPosition position) implements Effect {}

    /// Relays refuse an own message; others are tried until it expires.
    record ShowRefused(MessageId id, Rejection rejection) implements Effect {}

    /// An own message expired before its recipient had it.
    record ShowExpired(MessageId id) implements Effect {}

    /// A relay sent something that does not hold; its score should suffer.
    record Blame(PeerId relay, Rejection rejection) implements Unconditional {}
}
