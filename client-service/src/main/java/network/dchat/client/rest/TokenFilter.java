package network.dchat.client.rest;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Refuses every request below `/api/` that does not show the token. What is below it is decided as
/// the dispatcher decides it: by decoded segments, not by how they were spelt.
@Component
final class TokenFilter implements WebFilter {
    private static final byte[] PROBLEM = ("{\"type\":\"about:blank\",\"title\":\"Unauthorized\","
            + "\"status\":401,\"detail\":\"Authorization: missing or wrong (expected: Bearer and"
            + " the content of api.token)\"}").getBytes(StandardCharsets.UTF_8);

    private final ApiToken token;

    TokenFilter(ApiToken token) {
        this.token = token;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (!isGuarded(exchange.getRequest().getPath())
                || (header != null && token.isShownBy(header))) {
            return chain.filter(exchange);
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.UNAUTHORIZED);
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        DataBuffer body = response.bufferFactory().wrap(PROBLEM);
        return response.writeWith(Mono.just(body));
    }

    private static boolean isGuarded(PathContainer path) {
        return path.elements().stream()
                .flatMap(element -> element instanceof PathContainer.PathSegment segment
                        ? Stream.of(segment.valueToMatch())
                        : Stream.empty())
                .findFirst().filter("api"::equals).isPresent();
    }
}
