package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// What a relay takes from its users, within their limits. A message that is known already is taken
/// again: its commitment is not ordered twice.
final class Acceptance {
    private final MailboxLimits limits;
    private final Forwarding forwarding;
    private final Ordering ordering;
    private final TokenBuckets rates;
    private final SeenIds submitted;

    /// How messages get their place.
    record Ordering(OrderQueue orders, Positions positions, Purse purse) {
        boolean affordsOneMore() {
            return purse.affords(orders.size() + 1L);
        }
    }

    Acceptance(MailboxLimits limits, Forwarding forwarding, Ordering ordering, long seed) {
        this.limits = limits;
        this.forwarding = forwarding;
        this.ordering = ordering;
        this.rates = new TokenBuckets(limits.users().submissionsPerSecond(),
                limits.users().burstFactor(), limits.holding().users());
        this.submitted = new SeenIds(limits.holding().rememberedIds(), seed);
    }

    void remember(MessageId id) {
        submitted.add(id.bytes());
    }

    void sweep(long nowMillis) {
        rates.sweep(nowMillis);
    }

    /// Takes a submission: why not, or empty.
    Optional<Rejection> take(User sender, VerifiedSubmission submission, Turn turn) {
        long wait = rates.take(sender.address, turn.now());
        if (wait > 0) {
            turn.count(Counter.SUBMISSION_RATE_LIMITED);
            return Optional.of(Refusals.of(RejectionCode.RATE_LIMITED, "too many messages", wait));
        }
        if (submission.envelope().getExpiresAt() <= turn.now()) {
            turn.count(Counter.SUBMISSION_EXPIRED);
            return Optional.of(Refusals.of(RejectionCode.EXPIRED, "envelope: expired"));
        }
        Optional<Outgoing> known = forwarding.find(submission.id());
        if (known.isPresent()) {
            turn.count(Counter.SUBMISSION_DUPLICATE);
            forwarding.tellAgain(known.get(), turn);
            return Optional.empty();
        }
        if (!forwarding.hasRoom(Optional.of(sender.address), turn)) {
            turn.count(Counter.SUBMISSION_OVERLOADED);
            return Optional.of(Refusals.of(RejectionCode.OVERLOADED, "outbox: full",
                    limits.links().answerMillis()));
        }
        boolean unordered = !submitted.contains(submission.id().bytes())
                && !ordering.positions().isKnown(submission.commitment());
        if (unordered && !ordering.affordsOneMore()) {
            turn.count(Counter.SUBMISSION_UNAFFORDABLE);
            return Optional.of(Refusals.of(RejectionCode.INSUFFICIENT_FUNDS,
                    "relay: its account cannot pay for the order"));
        }
        submitted.add(submission.id().bytes());
        Optional<Change.Order> order = unordered
                ? Optional.of(
                        new Change.Order(submission.commitment(), ordering.orders().nextNumber()))
                : Optional.empty();
        ByteString envelope = submission.envelope().toByteString();
        Outgoing message = forwarding.add(new Change.OutboxAdded(submission.id(),
                submission.recipient(), submission.envelope().getExpiresAt(), envelope.size(),
                envelope, List.of(), Optional.of(sender.address), order), turn);
        if (order.isPresent()) {
            ordering.orders().add(message);
        }
        return Optional.empty();
    }
}
