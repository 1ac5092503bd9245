package network.dchat.starter.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.Optional;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// Refusals as gRPC statuses: the one place that maps one to the other.
///
/// The typed refusal travels in the trailer `dchat-rejection-bin`.
public final class Rejections {
    private static final Metadata.Key<Rejection> KEY = Metadata.Key.of("dchat-rejection-bin",
            ProtoUtils.metadataMarshaller(Rejection.getDefaultInstance()));

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

    /// The refusal in a failed call, where the callee gave one.
    public static Optional<Rejection> from(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        return trailers == null ? Optional.empty() : Optional.ofNullable(trailers.get(KEY));
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
