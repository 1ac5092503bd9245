package network.dchat.relay.grpc;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.Rejection;
import org.jspecify.annotations.Nullable;

/// A stream to another relay. What is sent before it is open waits for it; when it ends, that is
/// told once.
final class OutboundForward implements ClientResponseObserver<ForwardFrame, ForwardFrame> {
    private static final int WAITING_FRAMES = 256;

    private final PeerId relay;
    private final ForwardFrames frames;
    private final ForwardLinks.Lost lost;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Supplier<ForwardFrame>> early = new ArrayList<>();
    private @Nullable FrameWriter<ForwardFrame> writer;
    private @Nullable ClientCallStreamObserver<ForwardFrame> call;

    OutboundForward(PeerId relay, ForwardFrames frames, ForwardLinks.Lost lost) {
        this.relay = relay;
        this.frames = frames;
        this.lost = lost;
    }

    PeerId relay() {
        return relay;
    }

    void open(MailboxGrpc.MailboxStub stub) {
        if (!ended.get()) {
            stub.forward(this);
        }
    }

    /// Sends a frame; one for which there is no room is sent again by the machine when no answer
    /// comes.
    synchronized void send(Supplier<ForwardFrame> frame) {
        if (writer != null) {
            writer.send(frame);
        } else if (early.size() < WAITING_FRAMES) {
            early.add(frame);
        }
    }

    /// Ends the stream and tells so.
    void fail(String reason) {
        if (ended.compareAndSet(false, true)) {
            ClientCallStreamObserver<ForwardFrame> stream;
            synchronized (this) {
                stream = call;
                if (writer != null) {
                    writer.drop();
                }
            }
            if (stream != null) {
                stream.cancel(reason, null);
            }
            lost.lost(this, reason);
        }
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<ForwardFrame> stream) {
        stream.disableAutoRequestWithInitial(1);
        stream.setOnReadyHandler(() -> ready(stream));
        call = stream;
    }

    /// The other side reads: for the first time, or again.
    private synchronized void ready(ClientCallStreamObserver<ForwardFrame> stream) {
        FrameWriter<ForwardFrame> opened = writer;
        if (opened == null) {
            opened = new FrameWriter<>(stream, frames.desk().executor(), WAITING_FRAMES);
            writer = opened;
            early.forEach(opened::send);
            early.clear();
        }
        opened.proceed();
    }

    @Override
    public void onNext(ForwardFrame frame) {
        if (frame.hasRejection()) {
            fail("refused: " + frame.getRejection().getCode() + " "
                    + frame.getRejection().getReason());
            return;
        }
        Optional<Rejection> fault = frames.take(relay, frame, reply -> send(() -> reply));
        if (fault.isPresent()) {
            fail("a bad frame: " + fault.get().getReason());
            return;
        }
        ClientCallStreamObserver<ForwardFrame> stream;
        synchronized (this) {
            stream = call;
        }
        if (stream != null && !ended.get()) {
            stream.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        fail(String.valueOf(failure.getMessage()));
    }

    @Override
    public void onCompleted() {
        fail("ended by the relay");
    }
}
