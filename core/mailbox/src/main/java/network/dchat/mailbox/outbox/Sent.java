package network.dchat.mailbox.outbox;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.UserRoute;
import network.dchat.wire.v1.OutgoingRow;
import network.dchat.wire.v1.ProgressRow;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Submission;

/// An own message until its delivery is proven.
final class Sent {
    final MessageId id;
    final OrderCommitment commitment;
    final long expiresAtMillis;
    final SignedBytes submission;
    final long queuedAtMillis;
    UserRoute recipient;
    /// Acknowledgements by relays, those included that the recipient's record does not name.
    final Map<PeerId, SignedBytes> stored = new LinkedHashMap<>();
    /// The smallest position that was proven in this life.
    Optional<OrderPosition> position = Optional.empty();
    boolean accepted;
    boolean isFinal;
    boolean delivered;
    boolean proven;
    boolean read;
    boolean expired;
    /// When it is to be looked at.
    long dueMillis;
    /// When relays are to be asked whether it is final.
    long askMillis;
    int attempts;
    int questions;
    Optional<PeerId> lastRelay = Optional.empty();
    /// The highest state that was shown.
    MessageState shown = MessageState.QUEUED;
    /// The states that were noted, some of which may have come after a later one.
    final Set<MessageState> noted = EnumSet.of(MessageState.QUEUED);

    Sent(OutgoingMessage message, long queuedAtMillis) {
        this.id = message.id();
        this.commitment = message.commitment();
        this.expiresAtMillis = message.expiresAtMillis();
        this.submission = message.submission();
        this.recipient = message.recipient();
        this.queuedAtMillis = queuedAtMillis;
    }

    OutgoingRow row() {
        return OutgoingRow.newBuilder().setSubmission(submission)
                .setRecipientRecord(recipient.record()).setQueuedAt(queuedAtMillis).build();
    }

    ProgressRow progress() {
        return ProgressRow.newBuilder().setSent(accepted).addAllStored(stored.values())
                .setFinal(isFinal).setDelivered(delivered).setProven(proven).build();
    }

    static Sent of(MessageId id, OutgoingRow row) throws InvalidProtocolBufferException {
        Submission submission = Submission.parseFrom(row.getSubmission().getBody());
        OrderCommitment commitment = OrderCommitment.parse(submission.getCommitment())
                .orElseThrow(() -> new InvalidProtocolBufferException("commitment"));
        return new Sent(
                new OutgoingMessage(id, commitment, submission.getEnvelope().getExpiresAt(),
                        row.getSubmission(), UserRoute.kept(row.getRecipientRecord())),
                row.getQueuedAt());
    }

    void progress(ProgressRow row) throws InvalidProtocolBufferException {
        accepted = row.getSent();
        isFinal = row.getFinal();
        delivered = row.getDelivered();
        proven = row.getProven();
        for (SignedBytes signed : row.getStoredList()) {
            PublicKey.parse(signed.getPublicKey())
                    .ifPresent(key -> stored.put(PeerId.of(key), signed));
        }
        for (MessageState state : MessageState.values()) {
            if (has(state)) {
                noted.add(state);
                shown = state;
            }
        }
    }

    /// Whether as many of the recipient's relays have it as make this copy superfluous.
    boolean isStored() {
        long named = stored.keySet().stream().filter(recipient::names).count();
        return named >= Math.min(2, recipient.relays().size());
    }

    /// Whether any relay is known to have it.
    boolean isOut() {
        return accepted || delivered || isStored();
    }

    boolean isDone() {
        return isFinal && delivered && proven;
    }

    /// Whether it got as far as a state; it may be in a later one without having been in this.
    boolean has(MessageState state) {
        return switch (state) {
            case QUEUED -> true;
            case SENT -> accepted;
            case STORED -> isStored();
            case FINAL -> isFinal;
            case DELIVERED -> delivered;
            case READ -> read;
        };
    }
}
