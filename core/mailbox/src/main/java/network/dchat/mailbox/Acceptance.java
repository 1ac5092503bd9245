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
    private final OrderQueue orders;
    private final Positions positions;
    private final TokenBuckets rates;
    private final SeenIds submitted;

    Acceptance(MailboxLimits limits, Forwarding forwarding, OrderQueue orders, Positions positions,
            long seed) {
        this.limits = limits;
        this.forwarding = forwarding;
        this.orders = orders;
        this.positions = positions;
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
        boolean unordered = submitted.add(submission.id().bytes())
                && !positions.isKnown(submission.commitment());
        Optional<Change.Order> order = unordered
                ? Optional.of(new Change.Order(submission.commitment(), orders.nextNumber()))
                : Optional.empty();
        ByteString envelope = submission.envelope().toByteString();
        Outgoing message = forwarding.add(new Change.OutboxAdded(submission.id(),
                submission.recipient(), submission.envelope().getExpiresAt(), envelope.size(),
                envelope, List.of(), Optional.of(sender.address), order), turn);
        if (order.isPresent()) {
            orders.add(message);
        }
        return Optional.empty();
    }
}
