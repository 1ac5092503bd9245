package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;

/// One durable change of a relay's mailboxes. The machine's durable state is nothing but the sum of
/// its changes: at start the store gives back those that still matter to [Mailbox#restore], bodies
/// left out.
public sealed interface Change {
    /// A change of what the relay has to do with the chain.
    sealed interface OfChain extends Change {}

    /// A user's record as it is known here; replaces the older one.
    record UserKnown(UserRoute route) implements Change {}

    /// A message or an event was added to a user's feed. A message's id is remembered from now on.
    ///
    /// @param id the message it is or is about
    /// @param size bytes of the body, which is empty when restored
    /// @param hops how a message came here; empty for events
    record FeedAdded(FeedKind feed, WalletAddress address, long sequence, MessageId id,
            long expiresAtMillis, int size, ByteString body,
            List<SignedBytes> hops) implements Change {
        /// Copies the list.
        public FeedAdded {
            hops = List.copyOf(hops);
        }
    }

    /// A user has everything up to a number: it is removed.
    record FeedAcknowledged(FeedKind feed, WalletAddress address,
            long sequence) implements Change {}

    /// A message was accepted and is on its way to its recipient's relays. Its id is remembered
    /// from now on.
    ///
    /// @param size bytes of the encoded envelope, which is empty when restored
    /// @param hops how it came here; empty for one that was submitted here
    /// @param order what goes to the chain for it; empty when that has been done or is another
    ///     relay's duty
    record OutboxAdded(MessageId id, WalletAddress recipient, long expiresAtMillis, int size,
            ByteString envelope, List<SignedBytes> hops, Optional<WalletAddress> sender,
            Optional<Order> order) implements Change {
        /// Copies the list.
        public OutboxAdded {
            hops = List.copyOf(hops);
        }
    }

    /// A commitment that waits for its transaction.
    ///
    /// @param number counts the commitments of this relay, from 1
    record Order(OrderCommitment commitment, long number) {}

    /// A message is at its recipient's relays: it is removed.
    record OutboxDone(MessageId id) implements Change {}

    /// A transaction was made; it is submitted until a block has it.
    ///
    /// @param sequence the account's number that it uses
    /// @param bytes encoded `SignedBytes`
    record TransactionAdded(Hash hash, long sequence, ByteString bytes,
            Content content) implements OfChain {}

    /// What a transaction says, as far as this relay must know it.
    sealed interface Content {
        /// Fees and deposits of the transaction, in commitments.
        default int cost() {
            return switch (this) {
                case Orders orders -> orders.orders().size();
                case Leaves leaves -> leaves.leaves().size();
                case Registration _,Audit _,Challenge _ -> 0;
            };
        }

        /// Commitments in order, and who is told.
        ///
        /// @param through the highest number among them: no order up to it waits any more
        record Orders(List<Ordered> orders, long through) implements Content {
            /// Copies the list.
            public Orders {
                orders = List.copyOf(orders);
            }
        }

        /// The relay asks for its place.
        record Registration() implements Content {}

        /// Leaves of an own root are shown.
        ///
        /// @param root hash of the root's transaction
        /// @param leaves their indexes
        record Audit(Hash root, List<Integer> leaves) implements Content {
            /// Copies the list.
            public Audit {
                leaves = List.copyOf(leaves);
            }
        }

        /// Claims are shown on what another relay's root lists.
        ///
        /// @param root hash of the root's transaction
        /// @param deliveries the messages that were delivered here
        record Challenge(Hash root, List<MessageId> deliveries) implements Content {
            /// Copies the list.
            public Challenge {
                deliveries = List.copyOf(deliveries);
            }
        }

        /// Receipts in leaf order.
        record Leaves(List<Leaf> leaves) implements Content {
            /// Copies the list.
            public Leaves {
                leaves = List.copyOf(leaves);
            }
        }
    }

    /// A commitment in a batch.
    record Ordered(OrderCommitment commitment, Optional<WalletAddress> sender) {}

    /// A receipt in a batch.
    ///
    /// @param salt of the leaf
    /// @param hash of the leaf
    /// @param batchPath from the message's commitment to the root over its order batch
    record Leaf(MessageId id, Hash salt, Hash hash, List<ByteString> batchPath) {
        /// Copies the list.
        public Leaf {
            batchPath = List.copyOf(batchPath);
        }
    }

    /// A transaction with receipts is in a block: what its proofs need.
    record TransactionIncluded(Hash hash, long height, MerkleProof path,
            LightBlock lightBlock) implements OfChain {}

    /// How far the audit of an own root is; replaces what was known of it.
    ///
    /// @param deadlineMillis block time until which leaves can be shown
    /// @param extended whether a late challenge has moved the deadline
    /// @param wanted leaves that were drawn or challenged, ascending
    /// @param shown leaves that a block shows, ascending
    /// @param settled whether it is over
    record RootAudited(Hash hash, long deadlineMillis, boolean extended, List<Integer> wanted,
            List<Integer> shown, boolean settled) implements OfChain {
        /// Copies the lists.
        public RootAudited {
            wanted = List.copyOf(wanted);
            shown = List.copyOf(shown);
        }
    }

    /// A transaction is in a block or was given up, and nothing of it matters any more: it is
    /// removed.
    record TransactionDone(Hash hash) implements OfChain {}

    /// A recipient's receipt was taken.
    record DeliveryAdded(MessageId id, OrderCommitment commitment, long expiresAtMillis,
            SignedDelivery delivery) implements OfChain {}

    /// A receipt's sender's relay has its evidence.
    record DeliveryReturned(MessageId id) implements OfChain {}

    /// A receipt is on the chain, its audit is over and its sender's relay knows: it is removed.
    record DeliveryDone(MessageId id) implements OfChain {}

    /// Every block up to a height has been seen.
    record HeightSeen(long height) implements OfChain {}

    /// Everything that expired by a time is removed; ids are kept until [Mailbox#ID_MEMORY_MILLIS]
    /// later.
    record Swept(long nowMillis) implements Change {}

    /// An id that is remembered though its message is gone. Only restored, never made.
    record IdKnown(IdUse use, MessageId id, long expiresAtMillis) implements Change {}

    /// Numbers that must not be used again. Only restored, never made.
    ///
    /// @param ordersThrough highest number of an order that is in a transaction
    /// @param transactionSequence highest sequence of a transaction that was made
    record NumbersKnown(long ordersThrough, long transactionSequence) implements OfChain {}

    /// What an id was seen as.
    enum IdUse {
        /// A message for a mailbox here.
        MAIL,
        /// A message that came from a sender here, or is passed on.
        OUTBOX
    }
}
