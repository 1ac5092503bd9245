package network.dchat.relay.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.Rejection;

/// A stream that another relay opened. The next frame is asked for when the one before was handed
/// on.
final class InboundForward implements StreamObserver<ForwardFrame> {
    private static final int WAITING_FRAMES = 1_024;

    private final PeerId relay;
    private final ServerCallStreamObserver<ForwardFrame> call;
    private final ForwardFrames frames;
    private final ForwardLinks.Left left;
    private final FrameWriter<ForwardFrame> writer;

    InboundForward(PeerId relay, ServerCallStreamObserver<ForwardFrame> call, ForwardFrames frames,
            ForwardLinks.Left left) {
        this.relay = relay;
        this.call = call;
        this.frames = frames;
        this.left = left;
        this.writer = new FrameWriter<>(call, frames.desk().executor(), WAITING_FRAMES);
    }

    PeerId relay() {
        return relay;
    }

    /// Called before the call's method returns.
    void open() {
        call.disableAutoRequest();
        call.setOnReadyHandler(writer::proceed);
        call.setOnCancelHandler(this::leave);
        call.request(1);
    }

    /// Sends an answer; one for which there is no room is asked for again by the relay.
    void send(Supplier<ForwardFrame> frame) {
        writer.send(frame);
    }

    /// Ends the stream in good order.
    void stop() {
        left.left(this);
        writer.end(Optional.empty(), Optional.empty());
    }

    @Override
    public void onNext(ForwardFrame frame) {
        Optional<Rejection> fault = frames.take(relay, frame, reply -> send(() -> reply));
        if (fault.isPresent()) {
            left.left(this);
            writer.end(Optional.of(ForwardFrame.newBuilder().setRejection(fault.get()).build()),
                    Optional.of(Rejections.toStatus(fault.get())));
        } else {
            call.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        leave();
    }

    @Override
    public void onCompleted() {
        stop();
    }

    private void leave() {
        left.left(this);
        writer.drop();
    }
}
