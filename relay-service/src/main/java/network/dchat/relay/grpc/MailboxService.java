package network.dchat.relay.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Duration;
import network.dchat.mailbox.AttachProofs;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;

/// The `Mailbox` service: users attach, relays forward.
public final class MailboxService extends MailboxGrpc.MailboxImplBase {
    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(10);

    private final Attachments attachments;
    private final ForwardLinks links;
    private final Desk desk;
    private final LoopTimers timers;
    private final SecureRandom random = new SecureRandom();

    /// A service over these streams.
    public MailboxService(Attachments attachments, ForwardLinks links, Desk desk,
            LoopTimers timers) {
        this.attachments = attachments;
        this.links = links;
        this.desk = desk;
        this.timers = timers;
    }

    @Override
    public StreamObserver<AttachFrame> attach(StreamObserver<RelayFrame> out) {
        byte[] nonce = new byte[AttachProofs.NONCE_LENGTH];
        random.nextBytes(nonce);
        AttachStream stream = new AttachStream(CallerPeer.current(), ByteString.copyFrom(nonce),
                (ServerCallStreamObserver<RelayFrame>) out, attachments, desk);
        stream.open();
        timers.after(HELLO_PATIENCE, () -> {
            if (!stream.isAttached()) {
                stream.end(desk.refuse("attach", RejectionCode.EXPIRED, "attach: no hello"));
            }
        });
        return stream;
    }

    @Override
    public StreamObserver<ForwardFrame> forward(StreamObserver<ForwardFrame> out) {
        return links.accept(CallerPeer.current(), (ServerCallStreamObserver<ForwardFrame>) out);
    }
}
