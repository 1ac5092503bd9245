package network.dchat.starter.rpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;

/// Reads requests; what is too large or does not decode becomes a refusal instead of an exception.
///
/// @param original reads what is in order
/// @param most     largest encoded size, checked before anything is decoded
record RequestMarshaller<Q>(MethodDescriptor.Marshaller<Q> original,
        int most) implements MethodDescriptor.Marshaller<Verified<Q>> {
    @Override
    public InputStream stream(Verified<Q> request) {
        return original.stream(request.orElseThrow());
    }

    @Override
    public Verified<Q> parse(InputStream stream) {
        try {
            if (stream instanceof KnownLength && stream.available() > most) {
                return Verified.rejected(RejectionCode.TOO_LARGE,
                        "request: " + stream.available() + " bytes (expected: up to " + most + ")");
            }
            return Verified.accepted(original.parse(stream));
        } catch (StatusRuntimeException failed) {
            return failed.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
                    ? Verified.rejected(RejectionCode.TOO_LARGE,
                            "request: expected up to " + most + " bytes")
                    : malformed();
        } catch (IOException _) {
            return malformed();
        }
    }

    private Verified<Q> malformed() {
        return Verified.rejected(RejectionCode.MALFORMED, "request: does not decode");
    }
}
