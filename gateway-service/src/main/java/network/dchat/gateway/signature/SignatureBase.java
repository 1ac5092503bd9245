package network.dchat.gateway.signature;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/// The bytes that a request's signature covers (RFC 9421 section 2.5).
public final class SignatureBase {
    private SignatureBase() {}

    /// One line a component, then the parameters; empty when the request lacks a component.
    ///
    /// @param parameters the value of `Signature-Input` after the label and its equals sign
    public static Optional<ByteString> of(SignedRequest request, List<String> components,
            String parameters) {
        StringBuilder base = new StringBuilder();
        for (String component : components) {
            Optional<String> value = request.component(component);
            if (value.isEmpty() || value.get().indexOf('\n') >= 0) {
                return Optional.empty();
            }
            base.append('"').append(component).append("\": ").append(value.get()).append('\n');
        }
        base.append("\"@signature-params\": ").append(parameters);
        return Optional.of(ByteString.copyFromUtf8(base.toString()));
    }
}
