package network.dchat.starter.rpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Consumer;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// A call as its service sees it. It ends with a typed refusal when a request cannot be taken; the
/// service sees it cancelled then, and whatever it still says goes nowhere.
///
/// The connection stays, and so do all other calls on it.
final class GuardedCall<Q, R> extends ServerCall<Q, R> {
    private static final Rejection NO_REQUEST = new Rejection(RejectionCode.MALFORMED,
            "request: none (expected: 1)");
    private static final Rejection TOO_MANY = new Rejection(RejectionCode.MALFORMED,
            "requests: 2 (expected: 1)");

    private final ServerCall<Verified<Q>, R> call;
    private final MethodDescriptor<Q, R> method;
    private final StreamEnd end;
    private final Consumer<Rejection> refusals;

    /// @param refusals told of the refusal, if there is one
    GuardedCall(ServerCall<Verified<Q>, R> call, MethodDescriptor<Q, R> method, StreamEnd end,
            Consumer<Rejection> refusals) {
        this.call = call;
        this.method = method;
        this.end = end;
        this.refusals = refusals;
    }

    /// The events of the transport as the service may see them.
    Listener<Verified<Q>> guard(Listener<Q> service) {
        return new Guard(service);
    }

    private boolean refuse(Rejection rejection) {
        return end.cut(() -> {
            refusals.accept(rejection);
            var status = Rejections.toStatus(rejection.toWire());
            @Nullable
            Metadata trailers = status.getTrailers();
            call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        });
    }

    @Override
    public void request(int count) {
        call.request(count);
    }

    @Override
    public void sendHeaders(Metadata headers) {
        end.speak(() -> call.sendHeaders(headers));
    }

    @Override
    public void sendMessage(R message) {
        end.speak(() -> call.sendMessage(message));
    }

    @Override
    public void close(Status status, Metadata trailers) {
        end.answer(() -> call.close(status, trailers));
    }

    @Override
    public boolean isReady() {
        return end.uncutAnd(call::isReady);
    }

    @Override
    public boolean isCancelled() {
        return !end.uncutAnd(() -> !call.isCancelled());
    }

    @Override
    public void setMessageCompression(boolean enabled) {
        call.setMessageCompression(enabled);
    }

    @Override
    public void setCompression(String compressor) {
        call.setCompression(compressor);
    }

    @Override
    public void setOnReadyThreshold(int bytes) {
        call.setOnReadyThreshold(bytes);
    }

    @Override
    public SecurityLevel getSecurityLevel() {
        return call.getSecurityLevel();
    }

    @Override
    public Attributes getAttributes() {
        return call.getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
        return call.getAuthority();
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return method;
    }

    /// Lets through what is in order. Its methods are called one after the other.
    private final class Guard extends Listener<Verified<Q>> {
        private final Listener<Q> service;
        private final boolean single = method.getType().clientSendsOneMessage();
        private int taken;
        private boolean over;

        Guard(Listener<Q> service) {
            this.service = service;
        }

        @Override
        public void onMessage(Verified<Q> request) {
            if (over) {
                return;
            }
            switch (request) {
                case Verified.Rejected<Q>(Rejection rejection) -> finish(rejection);
                case Verified.Accepted<Q>(Q message) -> {
                    if (single && taken > 0) {
                        finish(TOO_MANY);
                        return;
                    }
                    taken++;
                    service.onMessage(message);
                }
            }
        }

        @Override
        public void onHalfClose() {
            if (!over && single && taken == 0) {
                finish(NO_REQUEST);
            } else if (!over) {
                service.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!over) {
                service.onReady();
            }
        }

        @Override
        public void onCancel() {
            if (!over) {
                service.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!over) {
                service.onComplete();
            }
        }

        /// Once the service has ended the call itself, what the caller still sends does not matter.
        private void finish(Rejection rejection) {
            if (refuse(rejection)) {
                over = true;
                service.onCancel();
            }
        }
    }
}
