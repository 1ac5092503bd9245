package network.dchat.relay.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.AttachProofs;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.UserRoute;
import network.dchat.mailbox.VerifiedAttachment;
import network.dchat.mailbox.VerifiedDelivery;
import network.dchat.mailbox.VerifiedSubmission;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AttachChallenge;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.DeliveryBatch;
import network.dchat.wire.v1.FinalityRequest;
import network.dchat.wire.v1.Receipt;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Submission;
import network.dchat.wire.v1.SubmissionBatch;
import network.dchat.wire.v1.SubmissionResult;
import org.jspecify.annotations.Nullable;

/// One user's stream: challenge, hello, then frames both ways.
///
/// Frames are taken one after the other: the next one is asked for when the one before was
/// checked and handed on, so a stream that sends faster than the relay works waits in its own
/// window. A bad item in a batch is refused alone; a bad frame ends the stream with its reason.
final class AttachStream implements StreamObserver<AttachFrame> {
    private static final String CALL = "attach";
    private static final int WAITING_FRAMES = 4_096;

    private final PeerId client;
    private final Attachments attachments;
    private final Desk desk;
    private final ServerCallStreamObserver<RelayFrame> call;
    private final FrameWriter<RelayFrame> writer;
    private final long number;
    private final ByteString nonce;
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile @Nullable VerifiedAttachment user;

    AttachStream(PeerId client, ByteString nonce, ServerCallStreamObserver<RelayFrame> call,
            Attachments attachments, Desk desk) {
        this.client = client;
        this.nonce = nonce;
        this.call = call;
        this.attachments = attachments;
        this.desk = desk;
        this.number = attachments.nextNumber();
        this.writer = new FrameWriter<>(call, desk.executor(), WAITING_FRAMES);
    }

    /// Sends the challenge. Called before the call's method returns.
    void open() {
        call.disableAutoRequest();
        call.setOnReadyHandler(writer::proceed);
        call.setOnCancelHandler(this::leave);
        send(() -> RelayFrame.newBuilder()
                .setChallenge(AttachChallenge.newBuilder().setNonce(nonce)).build());
        call.request(1);
    }

    boolean isAttached() {
        return user != null;
    }

    void send(Supplier<RelayFrame> frame) {
        if (!gone.get() && !writer.send(frame)) {
            end(desk.refuse(CALL, RejectionCode.OVERLOADED, "attach: reads too slowly"));
        }
    }

    /// Ends the stream with a reason.
    void end(Rejection reason) {
        leave();
        writer.end(Optional.of(RelayFrame.newBuilder().setRejection(reason).build()),
                Optional.of(Rejections.toStatus(reason)));
    }

    @Override
    public void onNext(AttachFrame frame) {
        if (gone.get()) {
            return;
        }
        Optional<Rejection> fault = take(frame);
        if (fault.isPresent()) {
            end(fault.get());
        } else if (!gone.get()) {
            call.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        leave();
        writer.drop();
    }

    @Override
    public void onCompleted() {
        leave();
        writer.end(Optional.empty(), Optional.empty());
    }

    private void leave() {
        if (gone.compareAndSet(false, true) && user != null) {
            attachments.forget(number);
            desk.inbox().tell(new Input.UserDetached(number, desk.inbox().now()));
            attachments.dismiss(client);
        }
    }

    /// Takes a frame; why the stream must end, or empty.
    private Optional<Rejection> take(AttachFrame frame) {
        VerifiedAttachment attached = user;
        if (frame.getFrameCase() == AttachFrame.FrameCase.FRAME_NOT_SET) {
            return Optional.of(desk.refuse(CALL, RejectionCode.UNKNOWN_KIND, "frame: none known"));
        }
        if (frame.hasHello()) {
            return attached == null
                    ? greet(frame.getHello())
                    : Optional.of(desk.refuse(CALL, RejectionCode.INVALID, "hello: a second one"));
        }
        if (attached == null) {
            return Optional
                    .of(desk.refuse(CALL, RejectionCode.NOT_AUTHORISED, "attach: hello first"));
        }
        return switch (frame.getFrameCase()) {
            case SUBMISSIONS -> submit(frame.getSubmissions(), attached);
            case DELIVERIES -> deliver(frame.getDeliveries());
            case FINALITY -> askFinality(frame.getFinality());
            case ACK -> offer(new Input.FeedAcknowledged(number, FeedKind.MAIL,
                    frame.getAck().getSequence(), desk.inbox().now()));
            case EVENT_ACK -> offer(new Input.FeedAcknowledged(number, FeedKind.EVENTS,
                    frame.getEventAck().getSequence(), desk.inbox().now()));
            case USER_RECORD -> learn(frame.getUserRecord(), attached);
            case HELLO, FRAME_NOT_SET -> Optional.empty();
        };
    }

    private Optional<Rejection> greet(AttachHello hello) {
        long now = desk.inbox().now();
        Verified<VerifiedAttachment> checked = AttachProofs.verify(desk.network(),
                new AttachProofs.Connection(nonce, desk.self(), client), hello, now);
        if (!(checked instanceof Verified.Accepted<VerifiedAttachment>(var found))) {
            return checked.refusal().map(refusal -> desk.refuse(CALL, refusal));
        }
        if (!attachments.isOpen()) {
            return Optional.of(desk.refuse(CALL, RejectionCode.UNAVAILABLE, "the relay stops"));
        }
        Optional<network.dchat.identity.Rejection> refusal = attachments.admit(client);
        if (refusal.isPresent()) {
            return refusal.map(reason -> desk.refuse(CALL, reason));
        }
        attachments.register(number, this);
        user = found;
        if (gone.get()) {
            attachments.forget(number);
            attachments.dismiss(client);
            return Optional.empty();
        }
        Optional<Rejection> full = offer(
                new Input.UserAttached(number, found.address(), found.role(), now));
        return full.isPresent() || found.route().isEmpty()
                ? full
                : offer(new Input.UserRecordReceived(found.route().get(), now));
    }

    private Optional<Rejection> submit(SubmissionBatch batch, VerifiedAttachment attached) {
        if (batch.getSubmissionsCount() > Desk.ITEMS) {
            return Optional.of(tooMany("submissions", batch.getSubmissionsCount()));
        }
        long now = desk.inbox().now();
        List<Verified<VerifiedSubmission>> checked = desk.checks().map(batch.getSubmissionsList(),
                signed -> desk.inspector().submission(signed, attached.device(), now));
        List<SubmissionResult> refused = new ArrayList<>();
        for (int index = 0; index < checked.size(); index++) {
            SignedBytes signed = batch.getSubmissions(index);
            checked.get(index).refusal().ifPresent(rejection -> refused
                    .add(result(submissionId(signed), desk.refuse("submission", rejection))));
        }
        List<VerifiedSubmission> good = Desk.accepted(checked);
        if (!good.isEmpty() && !desk.inbox().offerPatiently(new Input.Submitted(number, good, now),
                Desk.PATIENCE)) {
            good.forEach(
                    each -> refused.add(result(each.id().bytes(), desk.overloaded("submission"))));
        }
        if (!refused.isEmpty()) {
            send(() -> RelayFrame.newBuilder().setResults(
                    network.dchat.wire.v1.SubmissionResults.newBuilder().addAllResults(refused))
                    .build());
        }
        return Optional.empty();
    }

    private Optional<Rejection> deliver(DeliveryBatch batch) {
        if (batch.getDeliveriesCount() > Desk.ITEMS) {
            return Optional.of(tooMany("deliveries", batch.getDeliveriesCount()));
        }
        long now = desk.inbox().now();
        List<Verified<VerifiedDelivery>> checked = desk.checks().map(batch.getDeliveriesList(),
                delivery -> desk.inspector().delivery(delivery, now));
        List<SubmissionResult> refused = new ArrayList<>();
        for (int index = 0; index < checked.size(); index++) {
            SignedDelivery delivery = batch.getDeliveries(index);
            checked.get(index).refusal().ifPresent(rejection -> refused
                    .add(result(deliveryId(delivery), desk.refuse("delivery", rejection))));
        }
        List<VerifiedDelivery> good = Desk.accepted(checked);
        if (!good.isEmpty() && !desk.inbox()
                .offerPatiently(new Input.DeliveriesReceived(number, good, now), Desk.PATIENCE)) {
            good.forEach(
                    each -> refused.add(result(each.id().bytes(), desk.overloaded("delivery"))));
        }
        if (!refused.isEmpty()) {
            send(() -> RelayFrame.newBuilder().setDeliveryResults(
                    network.dchat.wire.v1.SubmissionResults.newBuilder().addAllResults(refused))
                    .build());
        }
        return Optional.empty();
    }

    private Optional<Rejection> askFinality(FinalityRequest request) {
        if (request.getCommitmentsCount() > Desk.ITEMS) {
            return Optional.of(tooMany("commitments", request.getCommitmentsCount()));
        }
        List<OrderCommitment> commitments = request.getCommitmentsList().stream()
                .flatMap(bytes -> OrderCommitment.parse(bytes).stream()).toList();
        if (commitments.size() < request.getCommitmentsCount()) {
            return Optional.of(desk.refuse(CALL, RejectionCode.MALFORMED, "commitment: length"));
        }
        return offer(new Input.FinalityRequested(number, commitments, desk.inbox().now()));
    }

    private Optional<Rejection> learn(SignedBytes record, VerifiedAttachment attached) {
        long now = desk.inbox().now();
        Verified<UserRoute> route = AttachProofs.route(desk.network(), record, attached.address(),
                now);
        return route instanceof Verified.Accepted<UserRoute>(UserRoute found)
                ? offer(new Input.UserRecordReceived(found, now))
                : route.refusal().map(refusal -> desk.refuse(CALL, refusal));
    }

    private Optional<Rejection> offer(Input input) {
        return desk.inbox().offerPatiently(input, Desk.PATIENCE)
                ? Optional.empty()
                : Optional.of(desk.overloaded(CALL));
    }

    private Rejection tooMany(String what, int count) {
        return desk.refuse(CALL, RejectionCode.TOO_LARGE,
                what + ": " + count + " (expected: up to " + Desk.ITEMS + ")");
    }

    private static SubmissionResult result(ByteString id, Rejection rejection) {
        return SubmissionResult.newBuilder().setMessageId(id).setRejection(rejection).build();
    }

    /// The id that a refused submission would have; empty when that cannot be told.
    private ByteString submissionId(SignedBytes signed) {
        try {
            return MessageId
                    .of(desk.network(), Submission.parseFrom(signed.getBody()).getEnvelope())
                    .map(MessageId::bytes).orElse(ByteString.EMPTY);
        } catch (InvalidProtocolBufferException _) {
            return ByteString.EMPTY;
        }
    }

    private static ByteString deliveryId(SignedDelivery delivery) {
        try {
            return MessageId
                    .parse(Receipt.parseFrom(delivery.getReceipt().getBody()).getMessageId())
                    .map(MessageId::bytes).orElse(ByteString.EMPTY);
        } catch (InvalidProtocolBufferException _) {
            return ByteString.EMPTY;
        }
    }
}
