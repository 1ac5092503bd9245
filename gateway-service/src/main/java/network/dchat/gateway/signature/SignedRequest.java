package network.dchat.gateway.signature;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request as its signature sees it.
///
/// @param method in upper case
/// @param target the request target with scheme and authority
/// @param headers values by name in any case, in the order in which they came
/// @param body empty when there is none
public record SignedRequest(String method, URI target, Map<String, List<String>> headers,
        ByteString body) {
    /// Copies the headers under names in lower case.
    public SignedRequest {
        Map<String, List<String>> copy = new TreeMap<>();
        headers.forEach(
                (name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(copy);
    }

    /// The only value of a header; empty when there is none, or more than one.
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.getFirst().strip()) : Optional.empty();
    }

    /// The value of a component in the signature base (RFC 9421 section 2); empty when the request
    /// does not have it or we do not know it.
    Optional<String> component(String name) {
        return switch (name) {
            case "@method" -> Optional.of(method);
            case "@authority" -> authority();
            case "@path" -> Optional.of(target.getRawPath().isEmpty() ? "/" : target.getRawPath());
            case "@query" ->
                Optional.of("?" + (target.getRawQuery() == null ? "" : target.getRawQuery()));
            default -> name.startsWith("@") || !headers.containsKey(name)
                    ? Optional.empty()
                    : Optional.of(String.join(", ", headers.getOrDefault(name, List.of()).stream()
                            .map(String::strip).toList()));
        };
    }

    /// The host as it was asked for, without the scheme's own port.
    private Optional<String> authority() {
        return header("host").map(host -> host.toLowerCase(Locale.ROOT))
                .map(host -> host.endsWith(defaultPort())
                        ? host.substring(0, host.length() - defaultPort().length())
                        : host);
    }

    private String defaultPort() {
        return "https".equals(target.getScheme()) ? ":443" : ":80";
    }
}
