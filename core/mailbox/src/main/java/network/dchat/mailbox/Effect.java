package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.SubmissionResult;

/// What a [Mailbox] asks the world to do, in order. Whatever follows a [Persist] waits for it,
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

    /// Tells a newly attached user its fresh return tokens and how many messages wait.
    record Welcome(long attachment, List<ByteString> tokens, long waiting) implements Effect {
        /// Copies the list.
        public Welcome {
            tokens = List.copyOf(tokens);
        }
    }

    /// Gives an attached user more return tokens.
    record GiveTokens(long attachment, List<ByteString> tokens) implements Unconditional {
        /// Copies the list.
        public GiveTokens {
            tokens = List.copyOf(tokens);
        }
    }

    /// Ends an attachment; the machine has forgotten it.
    record CloseAttachment(long attachment, Rejection reason) implements Unconditional {}

    /// Answers submissions: durable here, or refused.
    record AnswerSubmissions(long attachment, List<SubmissionResult> results) implements Effect {
        /// Copies the list.
        public AnswerSubmissions {
            results = List.copyOf(results);
        }
    }

    /// Answers receipts: durable here, or refused.
    record AnswerDeliveries(long attachment, List<SubmissionResult> results) implements Effect {
        /// Copies the list.
        public AnswerDeliveries {
            results = List.copyOf(results);
        }
    }

    /// Pushes messages to an attached user, at most a frame.
    record PushMail(long attachment, List<FeedItem> items) implements Effect {
        /// Copies the list.
        public PushMail {
            items = List.copyOf(items);
        }
    }

    /// Pushes kept events to an attached user, at most a frame.
    record PushEvents(long attachment, List<FeedItem> items) implements Effect {
        /// Copies the list.
        public PushEvents {
            items = List.copyOf(items);
        }
    }

    /// Tells an attached user something that is not kept and needs no acknowledgement: its sequence
    /// is 0. Who misses it can ask again.
    record Tell(long attachment, List<MailboxEvent> events) implements Effect {
        /// Copies the list.
        public Tell {
            events = List.copyOf(events);
        }
    }

    /// An entry of a feed as it is pushed.
    ///
    /// @param body the encoded envelope or event
    record FeedItem(long sequence, ByteString body) {}

    /// Sends envelopes to a relay, each with its hops and one more to be signed by this relay.
    record SendEnvelopes(PeerId relay, List<OutgoingEnvelope> envelopes) implements Effect {
        /// Copies the list.
        public SendEnvelopes {
            envelopes = List.copyOf(envelopes);
        }
    }

    /// An envelope on its way to another relay.
    ///
    /// @param envelope encoded
    /// @param hops how it came here
    /// @param next the hop that this relay signs
    record OutgoingEnvelope(MessageId id, ByteString envelope, List<SignedBytes> hops, Hop next) {
        /// Copies the list.
        public OutgoingEnvelope {
            hops = List.copyOf(hops);
        }
    }

    /// Answers a relay's envelopes.
    record AnswerEnvelopes(PeerId relay, List<EnvelopeAnswer> answers) implements Effect {
        /// Copies the list.
        public AnswerEnvelopes {
            answers = List.copyOf(answers);
        }
    }

    /// What is answered about one forwarded envelope.
    sealed interface EnvelopeAnswer {
        /// It is durable here; the body is to be signed by this relay.
        record Durable(MessageId id, Stored stored) implements EnvelopeAnswer {}

        /// It was not taken.
        record Declined(MessageId id, Rejection rejection) implements EnvelopeAnswer {}
    }

    /// Returns receipts to the relay of a sender.
    record SendReceipts(PeerId relay, List<ReturnedReceipt> receipts) implements Effect {
        /// Copies the list.
        public SendReceipts {
            receipts = List.copyOf(receipts);
        }
    }

    /// Tells a relay that its returned receipts are durable here, or of no use here.
    record AcknowledgeReturns(PeerId relay, List<TransferId> transfers) implements Effect {
        /// Copies the list.
        public AcknowledgeReturns {
            transfers = List.copyOf(transfers);
        }
    }

    /// Asks for a user's newest record; answered by [Input.UserRecordFound].
    record LookUpUserRecord(long lookup, WalletAddress address) implements Unconditional {}

    /// Puts a user's record into the DHT again.
    record PublishUserRecord(SignedBytes record) implements Unconditional {}

    /// Asks the store for entries of a feed; answered by [Input.FeedLoaded] or [Input.LoadFailed].
    ///
    /// @param after entries with higher numbers, in order
    /// @param through and up to this number
    record LoadFeed(long load, FeedKind feed, WalletAddress address, long after,
            long through) implements Effect {}

    /// Asks the store for bodies of messages on their way; answered by [Input.EnvelopesLoaded] or
    /// [Input.LoadFailed].
    record LoadEnvelopes(long load, List<MessageId> ids) implements Effect {
        /// Copies the list.
        public LoadEnvelopes {
            ids = List.copyOf(ids);
        }
    }

    /// Submits transactions; each is answered by [Input.TransactionAnswered].
    record SubmitTransactions(List<Transaction> transactions) implements Effect {
        /// Copies the list.
        public SubmitTransactions {
            transactions = List.copyOf(transactions);
        }
    }

    /// A signed transaction.
    ///
    /// @param hash SHA-256 of the bytes
    /// @param bytes encoded `SignedBytes`
    record Transaction(Hash hash, ByteString bytes) {}

    /// Asks the chain where commitments stand; answered by [Input.FinalityFound], with none when
    /// the chain cannot be reached.
    record FindFinality(long lookup, List<OrderCommitment> commitments) implements Unconditional {
        /// Copies the list.
        public FindFinality {
            commitments = List.copyOf(commitments);
        }
    }

    /// Asks for this relay's account; answered by [Input.AccountKnown] or [Input.AccountUnknown].
    record FindAccount() implements Unconditional {}

    /// Something was refused or dropped and is to be counted.
    record Count(Counter counter, int times) implements Unconditional {}
}
