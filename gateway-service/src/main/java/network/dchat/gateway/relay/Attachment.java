package network.dchat.gateway.relay;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import network.dchat.gateway.RefusedException;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.AttachProofs;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.EventAck;
import network.dchat.wire.v1.FinalityRequest;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionBatch;
import network.dchat.wire.v1.SubmissionResult;
import org.jspecify.annotations.Nullable;

/// One owner's mailbox, opened at one relay under a grant: challenge, hello, attached, then frames
/// both ways until either side ends.
public final class Attachment implements ClientResponseObserver<AttachFrame, RelayFrame> {
    private static final int MOST_WAITING = 256;
    private static final int MOST_ENTRIES_WAITING = 100;

    private final NodeIdentity node;
    private final PeerId relay;
    private final MailboxGrants.Held grant;
    private final BiConsumer<Attachment, RelayFrame> frames;
    private final CompletableFuture<Attached> ready = new CompletableFuture<>();
    private final Map<ByteString, Answer> submissions = new ConcurrentHashMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<AttachFrame> requests;
    private boolean greeted;

    Attachment(NodeIdentity node, PeerId relay, MailboxGrants.Held grant,
            BiConsumer<Attachment, RelayFrame> frames) {
        this.node = node;
        this.relay = relay;
        this.grant = grant;
        this.frames = frames;
    }

    /// Whose mailbox, by which grant.
    public MailboxGrants.Held grant() {
        return grant;
    }

    /// At which relay.
    public PeerId relay() {
        return relay;
    }

    /// Completes when the mailbox is open; fails with [RefusedException].
    public CompletableFuture<Attached> ready() {
        return ready;
    }

    /// Tells the reason when the attachment ends, or at once when it has.
    void whenEnded(Consumer<String> listener) {
        CompletableFuture<Void> told = end.thenAccept(listener);
        if (told.isCompletedExceptionally()) {
            throw new IllegalStateException("the listener failed", told.exceptionNow());
        }
    }

    /// True while frames can be sent.
    public boolean isOpen() {
        return ready.isDone() && !ready.isCompletedExceptionally() && !ended.get();
    }

    /// Gives a message to the relay; fails with [RefusedException] when the attachment ends first.
    public CompletableFuture<SubmissionResult> submit(ByteString messageId,
            SignedBytes submission) {
        Answer result = new Answer();
        if (submissions.size() >= MOST_WAITING) {
            result.completeExceptionally(new RefusedException(RejectionCode.OVERLOADED,
                    "submissions: too many wait for this relay"));
            return result;
        }
        Answer waiting = submissions.putIfAbsent(messageId, result);
        if (waiting != null) {
            return waiting;
        }
        send(AttachFrame.newBuilder()
                .setSubmissions(SubmissionBatch.newBuilder().addSubmissions(submission)).build());
        if (ended.get()) {
            failSubmissions("the relay is gone");
        }
        return result;
    }

    /// Asks where commitments stand, at most a hundred; the answers come as events.
    public void askFinality(List<OrderCommitment> commitments) {
        FinalityRequest.Builder request = FinalityRequest.newBuilder();
        commitments.stream().limit(MOST_ENTRIES_WAITING)
                .forEach(commitment -> request.addCommitments(commitment.bytes()));
        send(AttachFrame.newBuilder().setFinality(request).build());
    }

    /// Acknowledges events; as a holder's acknowledgement it removes nothing at the relay.
    void acknowledge(List<MailboxEvent> events) {
        long through = events.stream().mapToLong(MailboxEvent::getSequence).max().orElse(0);
        if (through > 0) {
            send(AttachFrame.newBuilder().setEventAck(EventAck.newBuilder().setSequence(through))
                    .build());
        }
    }

    /// Sends a frame; nothing happens when the attachment has ended.
    synchronized void send(AttachFrame frame) {
        ClientCallStreamObserver<AttachFrame> stream = requests;
        if (stream == null || ended.get()) {
            return;
        }
        try {
            stream.onNext(frame);
        } catch (IllegalStateException cancelled) {
            end(new Rejection(RejectionCode.UNAVAILABLE, "relay: " + cancelled.getMessage()));
        }
    }

    /// Ends the attachment.
    public void close() {
        end(new Rejection(RejectionCode.UNAVAILABLE, "relay: no longer needed"));
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<AttachFrame> stream) {
        requests = stream;
    }

    @Override
    public void onNext(RelayFrame frame) {
        if (ended.get()) {
            cancel("no longer needed");
        } else if (frame.hasChallenge()) {
            greet(frame.getChallenge().getNonce());
        } else if (frame.hasAttached() && greeted) {
            ready.complete(frame.getAttached());
            frames.accept(this, frame);
        } else if (frame.hasRejection() && !ready.isDone()) {
            end(rejection(frame.getRejection()));
        } else if (frame.hasResults()) {
            for (SubmissionResult result : new ArrayList<>(frame.getResults().getResultsList())) {
                Answer waiting = submissions.remove(result.getMessageId());
                if (waiting != null) {
                    waiting.complete(result);
                }
            }
        } else if (ready.isDone()) {
            frames.accept(this, frame);
        }
    }

    @Override
    public void onError(Throwable failure) {
        end(Rejections.from(failure).map(Attachment::rejection).orElseGet(
                () -> new Rejection(RejectionCode.UNAVAILABLE, "relay: " + failure.getMessage())));
    }

    @Override
    public void onCompleted() {
        end(new Rejection(RejectionCode.UNAVAILABLE, "relay: ended the attachment"));
    }

    void end(Rejection reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        cancel(reason.reason());
        ready.completeExceptionally(new RefusedException(reason));
        failSubmissions(reason.reason());
        end.complete(reason.reason());
    }

    private void cancel(String reason) {
        ClientCallStreamObserver<AttachFrame> stream = requests;
        if (stream != null) {
            stream.cancel(reason, null);
        }
    }

    private void failSubmissions(String reason) {
        RefusedException failure = new RefusedException(RejectionCode.UNAVAILABLE, reason);
        submissions.values().forEach(waiting -> waiting.completeExceptionally(failure));
        submissions.clear();
    }

    private void greet(ByteString nonce) {
        if (greeted || nonce.size() != AttachProofs.NONCE_LENGTH) {
            end(new Rejection(RejectionCode.INVALID,
                    "challenge: a second one, or of wrong length"));
            return;
        }
        greeted = true;
        AttachProofs.Connection connection = new AttachProofs.Connection(nonce, relay,
                node.peerId());
        send(AttachFrame.newBuilder().setHello(AttachHello.newBuilder()
                .setProof(
                        AttachProofs.make(node.networkId(), connection, grant.owner(), node.key()))
                .setGrant(grant.certified())).build());
    }

    private static Rejection rejection(network.dchat.wire.v1.Rejection told) {
        boolean known = told.getCode() != RejectionCode.UNRECOGNIZED
                && told.getCode() != RejectionCode.REJECTION_CODE_UNSPECIFIED;
        return new Rejection(known ? told.getCode() : RejectionCode.UNAVAILABLE,
                "relay: " + told.getReason());
    }

    /// A relay's answer to come.
    private static final class Answer extends CompletableFuture<SubmissionResult> {}
}
