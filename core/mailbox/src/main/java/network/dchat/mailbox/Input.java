package network.dchat.mailbox;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Rejection;

/// What can happen to a relay's [Mailbox]. Everything that came from outside has passed
/// [Inspector].
public sealed interface Input {
    /// When it happened, epoch milliseconds.
    long nowMillis();

    /// All changes are restored and the machine begins. The first input of each life.
    record Started(long nowMillis) implements Input {}

    /// A timer elapsed.
    record TimerElapsed(TimerId timer, long nowMillis) implements Input {}

    /// A user's device or holder opened its mailbox.
    ///
    /// @param attachment names the connection; never used twice in one life
    record UserAttached(long attachment, WalletAddress address, AttachmentRole role,
            long nowMillis) implements Input {}

    /// A connection ended.
    record UserDetached(long attachment, long nowMillis) implements Input {}

    /// An attached user told its record, or another source did.
    record UserRecordReceived(UserRoute route, long nowMillis) implements Input {}

    /// An attached user submits messages.
    record Submitted(long attachment, List<VerifiedSubmission> submissions,
            long nowMillis) implements Input {
        /// Copies the list.
        public Submitted {
            submissions = List.copyOf(submissions);
        }
    }

    /// A client has stored all entries or events up to a number.
    record FeedAcknowledged(long attachment, FeedKind feed, long sequence,
            long nowMillis) implements Input {}

    /// An attached recipient gives receipts and claims.
    record DeliveriesReceived(long attachment, List<VerifiedDelivery> deliveries,
            long nowMillis) implements Input {
        /// Copies the list.
        public DeliveriesReceived {
            deliveries = List.copyOf(deliveries);
        }
    }

    /// An attached user asks where commitments stand.
    record FinalityRequested(long attachment, List<OrderCommitment> commitments,
            long nowMillis) implements Input {
        /// Copies the list.
        public FinalityRequested {
            commitments = List.copyOf(commitments);
        }
    }

    /// Another relay passes envelopes on.
    record EnvelopesReceived(PeerId from, List<VerifiedForward> envelopes,
            long nowMillis) implements Input {
        /// Copies the list.
        public EnvelopesReceived {
            envelopes = List.copyOf(envelopes);
        }
    }

    /// Another relay answers what it was sent.
    record ForwardAnswered(PeerId from, List<ForwardAnswer> answers,
            long nowMillis) implements Input {
        /// Copies the list.
        public ForwardAnswered {
            answers = List.copyOf(answers);
        }
    }

    /// Another relay returns receipts.
    record ReceiptsReturned(PeerId from, List<VerifiedReturn> receipts,
            long nowMillis) implements Input {
        /// Copies the list.
        public ReceiptsReturned {
            receipts = List.copyOf(receipts);
        }
    }

    /// Another relay has returned receipts durably.
    record ReturnsAcknowledged(PeerId from, List<TransferId> transfers,
            long nowMillis) implements Input {
        /// Copies the list.
        public ReturnsAcknowledged {
            transfers = List.copyOf(transfers);
        }
    }

    /// A relay can be reached, for the first time or again.
    record LinkUp(PeerId relay, long nowMillis) implements Input {}

    /// A relay cannot be reached, or what was last sent to it is lost.
    record LinkDown(PeerId relay, long nowMillis) implements Input {}

    /// Answers [Effect.LookUpUserRecord].
    record UserRecordFound(long lookup, Optional<UserRoute> route,
            long nowMillis) implements Input {}

    /// Answers [Effect.LoadFeed]: what the store has of the range, in order.
    record FeedLoaded(long load, List<LoadedEntry> entries, long nowMillis) implements Input {
        /// Copies the list.
        public FeedLoaded {
            entries = List.copyOf(entries);
        }
    }

    /// Answers [Effect.LoadEnvelopes]: what the store has of them.
    record EnvelopesLoaded(long load, List<LoadedEnvelope> envelopes,
            long nowMillis) implements Input {
        /// Copies the list.
        public EnvelopesLoaded {
            envelopes = List.copyOf(envelopes);
        }
    }

    /// Answers a load that failed; it is tried again.
    record LoadFailed(long load, String reason, long nowMillis) implements Input {}

    /// Answers [Effect.FindAccount].
    ///
    /// @param affordable commitments and receipts that the account's balance pays for
    record AccountKnown(long highestSequence, long affordable, long nowMillis) implements Input {}

    /// Answers [Effect.FindAccount] when the chain cannot be reached; it is asked again.
    record AccountUnknown(String reason, long nowMillis) implements Input {}

    /// The chain's registry does not name this relay.
    record RegistrationWanted(RegisterNode node, long nowMillis) implements Input {}

    /// A block was committed. Blocks come in order of height, none left out while transactions are
    /// open.
    record BlockCommitted(ObservedBlock block, long nowMillis) implements Input {}

    /// Answers one transaction of [Effect.SubmitTransactions]: taken, or refused.
    record TransactionAnswered(Hash transaction, Optional<Rejection> rejection,
            long nowMillis) implements Input {}

    /// Answers [Effect.FindFinality]: those commitments that are in a block.
    record FinalityFound(long lookup, List<Finality> found, long nowMillis) implements Input {
        /// Copies the list.
        public FinalityFound {
            found = List.copyOf(found);
        }
    }
}
