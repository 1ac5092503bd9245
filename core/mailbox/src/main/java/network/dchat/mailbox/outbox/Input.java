package network.dchat.mailbox.outbox;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.TrustedChain;
import network.dchat.mailbox.UserRoute;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.SubmissionResult;

/// What can happen to a user's [Outbox]. What relays send is not trusted: the machine verifies it.
public sealed interface Input {
    /// When it happened, epoch milliseconds.
    long nowMillis();

    /// All rows are restored and the machine begins. The first input of each life.
    record Started(long nowMillis) implements Input {}

    /// A timer elapsed.
    record TimerElapsed(TimerId timer, long nowMillis) implements Input {}

    /// The user's home relays, best first. Relays that are no longer among them are drained.
    record RelaysChosen(List<PeerId> relays, long nowMillis) implements Input {
        /// Copies the list.
        public RelaysChosen {
            relays = List.copyOf(relays);
        }
    }

    /// Trust in the chain has moved.
    record TrustMoved(TrustedChain chain, long nowMillis) implements Input {}

    /// A relay let the user attach.
    record Attached(PeerId relay, long waiting, long nowMillis) implements Input {}

    /// A relay is not or no longer attached.
    record Detached(PeerId relay, String reason, long nowMillis) implements Input {}

    /// A message is to be sent.
    record Enqueued(OutgoingMessage message, long nowMillis) implements Input {}

    /// A relay answered submissions.
    record SubmissionsAnswered(PeerId relay, List<SubmissionResult> results,
            long nowMillis) implements Input {
        /// Copies the list.
        public SubmissionsAnswered {
            results = List.copyOf(results);
        }
    }

    /// A relay answered receipts.
    record DeliveriesAnswered(PeerId relay, List<SubmissionResult> results,
            long nowMillis) implements Input {
        /// Copies the list.
        public DeliveriesAnswered {
            results = List.copyOf(results);
        }
    }

    /// A relay delivers messages.
    record EntriesReceived(PeerId relay, List<MailboxEntry> entries,
            long nowMillis) implements Input {
        /// Copies the list.
        public EntriesReceived {
            entries = List.copyOf(entries);
        }
    }

    /// A relay tells about own messages.
    record EventsReceived(PeerId relay, List<MailboxEvent> events,
            long nowMillis) implements Input {
        /// Copies the list.
        public EventsReceived {
            events = List.copyOf(events);
        }
    }

    /// Answers [Effect.Open]: the message is in the user's store, or was there already.
    ///
    /// @param material for the receipt; empty when the message asks for none
    record Opened(MessageId id, Optional<ReceiptMaterial> material,
            long nowMillis) implements Input {}

    /// Answers [Effect.Open]: the message cannot be read and never will be.
    record NotOpened(MessageId id, String reason, long nowMillis) implements Input {}

    /// The recipient says that an own message was read.
    record ReadReported(MessageId id, long nowMillis) implements Input {}

    /// A recipient's newest record. Also answers [Effect.LookUpUserRecord].
    record RecipientKnown(UserRoute route, long nowMillis) implements Input {}
}
