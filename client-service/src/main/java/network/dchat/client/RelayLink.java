package network.dchat.client;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.AttachProofs;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import org.jspecify.annotations.Nullable;

/// One attachment to one relay: challenge, hello, attached, then frames both ways until either
/// side ends.
final class RelayLink implements ClientResponseObserver<AttachFrame, RelayFrame> {
    private final Self self;
    private final PeerId relay;
    private final Supplier<Optional<SignedBytes>> userRecord;
    private final RelayEvents events;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable ClientCallStreamObserver<AttachFrame> requests;
    private boolean greeted;
    private volatile boolean attached;

    RelayLink(Self self, PeerId relay, Supplier<Optional<SignedBytes>> userRecord,
            RelayEvents events) {
        this.self = self;
        this.relay = relay;
        this.userRecord = userRecord;
        this.events = events;
    }

    boolean isAttached() {
        return attached && !ended.get();
    }

    /// Sends a frame; nothing happens when the link has ended, whose end tells the outbox.
    synchronized void send(AttachFrame frame) {
        StreamObserver<AttachFrame> stream = requests;
        if (stream == null || ended.get()) {
            return;
        }
        try {
            stream.onNext(frame);
        } catch (IllegalStateException cancelled) {
            end("cancelled: " + cancelled.getMessage());
        }
    }

    /// Ends the link and says why.
    void end(String reason) {
        if (ended.compareAndSet(false, true)) {
            ClientCallStreamObserver<AttachFrame> stream = requests;
            if (stream != null) {
                stream.cancel(reason, null);
            }
            events.detached(relay, reason);
        }
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<AttachFrame> stream) {
        requests = stream;
    }

    @Override
    public void onNext(RelayFrame frame) {
        if (frame.hasChallenge()) {
            greet(frame);
        } else if (frame.hasAttached() && greeted && !attached) {
            attached = true;
            events.attached(relay, frame.getAttached());
        } else if (frame.hasRejection() && !attached) {
            end("refused: " + frame.getRejection().getCode() + " "
                    + frame.getRejection().getReason());
        } else if (attached && !events.received(relay, frame)) {
            end("too much at once");
        }
    }

    @Override
    public void onError(Throwable failure) {
        end(Rejections.from(failure)
                .map(rejection -> "refused: " + rejection.getCode() + " " + rejection.getReason())
                .orElse("lost: " + failure.getMessage()));
    }

    @Override
    public void onCompleted() {
        end("ended by the relay");
    }

    private void greet(RelayFrame frame) {
        if (greeted || frame.getChallenge().getNonce().size() != AttachProofs.NONCE_LENGTH) {
            end("challenge: a second one or of a wrong length");
            return;
        }
        greeted = true;
        AttachProofs.Connection connection = new AttachProofs.Connection(
                frame.getChallenge().getNonce(), relay, self.node().peerId());
        AttachHello.Builder hello = AttachHello.newBuilder().setProof(
                AttachProofs.make(self.network(), connection, self.address(), self.keys().device()))
                .setDeviceCertificate(self.keys().certificate());
        userRecord.get().ifPresent(hello::setUserRecord);
        send(AttachFrame.newBuilder().setHello(hello).build());
    }
}
