package network.dchat.relay.grpc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.ForwardAnswer;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.TransferId;
import network.dchat.mailbox.VerifiedForward;
import network.dchat.mailbox.VerifiedReturn;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.ForwardResult;
import network.dchat.wire.v1.ForwardResults;
import network.dchat.wire.v1.ForwardedEnvelope;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnAcks;
import network.dchat.wire.v1.ReturnedReceipts;

/// Takes frames of other relays: checks them and hands them to the machine. A bad item is refused
/// alone; a bad frame ends the stream.
final class ForwardFrames {
    private static final String CALL = "forward";

    private final Desk desk;
    private final PeerChannels peers;

    ForwardFrames(Desk desk, PeerChannels peers) {
        this.desk = desk;
        this.peers = peers;
    }

    Desk desk() {
        return desk;
    }

    /// Takes a frame from a relay.
    ///
    /// @param reply takes refusals of single envelopes
    /// @return why the stream must end, or empty
    Optional<Rejection> take(PeerId from, ForwardFrame frame, Consumer<ForwardFrame> reply) {
        return switch (frame.getFrameCase()) {
            case ENVELOPES -> envelopes(from, frame.getEnvelopes().getEnvelopesList(), reply);
            case RESULTS -> results(from, frame.getResults());
            case RECEIPTS -> receipts(from, frame.getReceipts());
            case RETURN_ACKS -> acks(from, frame.getReturnAcks());
            case REJECTION -> Optional.empty();
            case FRAME_NOT_SET ->
                Optional.of(refuse(from, RejectionCode.UNKNOWN_KIND, "frame: none known"));
        };
    }

    private Optional<Rejection> envelopes(PeerId from, List<ForwardedEnvelope> envelopes,
            Consumer<ForwardFrame> reply) {
        if (envelopes.size() > Desk.ITEMS) {
            return Optional.of(tooMany(from, "envelopes", envelopes.size()));
        }
        long now = desk.inbox().now();
        List<Verified<VerifiedForward>> checked = desk.checks().map(envelopes,
                each -> desk.inspector().forward(each, from, now));
        List<ForwardResult> refused = new ArrayList<>();
        for (int index = 0; index < checked.size(); index++) {
            ForwardedEnvelope envelope = envelopes.get(index);
            checked.get(index).refusal().ifPresent(
                    rejection -> refused.add(ForwardResult.newBuilder().setMessageId(id(envelope))
                            .setRejection(judge(from, rejection)).build()));
        }
        List<VerifiedForward> good = Desk.accepted(checked);
        if (!good.isEmpty() && !offer(new Input.EnvelopesReceived(from, good, now))) {
            Rejection full = desk.overloaded(CALL);
            good.forEach(each -> refused.add(ForwardResult.newBuilder()
                    .setMessageId(each.id().bytes()).setRejection(full).build()));
        }
        if (!refused.isEmpty()) {
            reply.accept(ForwardFrame.newBuilder()
                    .setResults(ForwardResults.newBuilder().addAllResults(refused)).build());
        }
        return Optional.empty();
    }

    private Optional<Rejection> results(PeerId from, ForwardResults results) {
        if (results.getResultsCount() > Desk.ITEMS) {
            return Optional.of(tooMany(from, "results", results.getResultsCount()));
        }
        List<Verified<ForwardAnswer>> checked = desk.checks().map(results.getResultsList(),
                each -> desk.inspector().answer(each, from));
        countRefused(from, checked);
        List<ForwardAnswer> good = Desk.accepted(checked);
        return good.isEmpty()
                ? Optional.empty()
                : need(new Input.ForwardAnswered(from, good, desk.inbox().now()));
    }

    private Optional<Rejection> receipts(PeerId from, ReturnedReceipts receipts) {
        if (receipts.getReceiptsCount() > Desk.ITEMS) {
            return Optional.of(tooMany(from, "receipts", receipts.getReceiptsCount()));
        }
        long now = desk.inbox().now();
        List<Verified<VerifiedReturn>> checked = desk.checks().map(receipts.getReceiptsList(),
                each -> desk.inspector().returned(each, now));
        countRefused(from, checked);
        List<VerifiedReturn> good = Desk.accepted(checked);
        return good.isEmpty()
                ? Optional.empty()
                : need(new Input.ReceiptsReturned(from, good, now));
    }

    private Optional<Rejection> acks(PeerId from, ReturnAcks acks) {
        if (acks.getIdsCount() > Desk.ITEMS) {
            return Optional.of(tooMany(from, "acknowledgements", acks.getIdsCount()));
        }
        List<TransferId> transfers = acks.getIdsList().stream()
                .flatMap(bytes -> TransferId.parse(bytes).stream()).toList();
        if (transfers.size() < acks.getIdsCount()) {
            return Optional.of(refuse(from, RejectionCode.MALFORMED, "transfer id: length"));
        }
        return need(new Input.ReturnsAcknowledged(from, transfers, desk.inbox().now()));
    }

    private <T> void countRefused(PeerId from, List<Verified<T>> checked) {
        checked.forEach(each -> each.refusal().ifPresent(rejection -> judge(from, rejection)));
    }

    private boolean offer(Input input) {
        return desk.inbox().offerPatiently(input, Desk.PATIENCE);
    }

    private Optional<Rejection> need(Input input) {
        return offer(input) ? Optional.empty() : Optional.of(desk.overloaded(CALL));
    }

    private Rejection tooMany(PeerId from, String what, int count) {
        return refuse(from, RejectionCode.TOO_LARGE,
                what + ": " + count + " (expected: up to " + Desk.ITEMS + ")");
    }

    private Rejection refuse(PeerId from, RejectionCode code, String reason) {
        return judge(from, new network.dchat.identity.Rejection(code, reason));
    }

    /// Counts a refusal and lowers the relay's score: an honest relay checks before it passes on.
    /// What only expired on its way says nothing against it.
    private Rejection judge(PeerId from, network.dchat.identity.Rejection rejection) {
        switch (rejection.code()) {
            case EXPIRED -> {
            }
            case UNSIGNED, BAD_SIGNATURE, MALFORMED -> peers.judge(from, Deed.MISBEHAVED);
            default -> peers.judge(from, Deed.REJECTED);
        }
        return desk.refuse(CALL, rejection);
    }

    private ByteString id(ForwardedEnvelope envelope) {
        return MessageId.of(desk.network(), envelope.getEnvelope()).map(MessageId::bytes)
                .orElse(ByteString.EMPTY);
    }
}
