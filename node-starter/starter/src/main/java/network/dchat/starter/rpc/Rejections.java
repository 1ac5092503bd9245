package network.dchat.starter.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.Optional;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// Refusals as gRPC statuses: the one place that maps one to the other.
///
/// The typed refusal travels in the trailer `dchat-rejection-bin`.
public final class Rejections {
    private static final Metadata.Key<Rejection> KEY = Metadata.Key.of("dchat-rejection-bin",
            ProtoUtils.metadataMarshaller(Rejection.getDefaultInstance()));

    private static final String WIRE_LIMIT = "gRPC message exceeds maximum size";

    private Rejections() {}

    /// The status with which a unary call or a stream ends.
    public static StatusRuntimeException toStatus(Rejection rejection) {
        Metadata trailers = new Metadata();
        trailers.put(KEY, rejection);
        return status(rejection.getCode()).withDescription(rejection.getReason())
                .asRuntimeException(trailers);
    }

    /// A refusal with a code and a reason.
    public static StatusRuntimeException toStatus(RejectionCode code, String reason) {
        return toStatus(Rejection.newBuilder().setCode(code).setReason(reason).build());
    }

    /// The refusal in a failed call, where there is one. A message over the limit of a transport,
    /// the callee's or our own, is refused by gRPC with a status alone; it counts as too large.
    public static Optional<Rejection> from(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        @Nullable
        Rejection told = trailers == null ? null : trailers.get(KEY);
        return told == null ? ofTransport(Status.fromThrowable(failure)) : Optional.of(told);
    }

    private static Optional<Rejection> ofTransport(Status status) {
        @Nullable
        String description = status.getDescription();
        boolean tooLarge = status.getCode() == Status.Code.RESOURCE_EXHAUSTED && description != null
                && description.startsWith(WIRE_LIMIT);
        return tooLarge
                ? Optional.of(Rejection.newBuilder().setCode(RejectionCode.TOO_LARGE)
                        .setReason(description).build())
                : Optional.empty();
    }

    private static Status status(RejectionCode code) {
        return switch (code) {
            case UNSIGNED, BAD_SIGNATURE -> Status.UNAUTHENTICATED;
            case NOT_AUTHORISED, WRONG_NETWORK, PROOF_OF_WORK -> Status.PERMISSION_DENIED;
            case RATE_LIMITED, OVERLOADED, QUOTA_EXCEEDED, TOO_LARGE -> Status.RESOURCE_EXHAUSTED;
            case NOT_FOUND -> Status.NOT_FOUND;
            case REPLAYED -> Status.ALREADY_EXISTS;
            case CONFLICT -> Status.ABORTED;
            case UNAVAILABLE, MOVED -> Status.UNAVAILABLE;
            case UNKNOWN_KIND -> Status.UNIMPLEMENTED;
            case INSUFFICIENT_FUNDS -> Status.FAILED_PRECONDITION;
            case MALFORMED, EXPIRED, FUTURE_DATED, INVALID, REJECTION_CODE_UNSPECIFIED,
                    UNRECOGNIZED ->
                Status.INVALID_ARGUMENT;
        };
    }
}
