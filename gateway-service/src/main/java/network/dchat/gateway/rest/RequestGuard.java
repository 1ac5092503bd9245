package network.dchat.gateway.rest;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.signature.Caller;
import network.dchat.gateway.signature.RequestVerifier;
import network.dchat.gateway.signature.SignedRequest;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Lets no request reach `/api` that its caller's device did not sign, or that is over the caller's
/// rate.
@Order(Ordered.LOWEST_PRECEDENCE - 10)
final class RequestGuard implements WebFilter {
    /// Under which the verified [Caller] is found in the exchange.
    static final String CALLER = "dchat.caller";

    private final RequestVerifier verifier;
    private final RateLimits rates;
    private final GatewayProperties properties;
    private final InstantSource clock;

    RequestGuard(RequestVerifier verifier, RateLimits rates, GatewayProperties properties,
            InstantSource clock) {
        this.verifier = verifier;
        this.rates = rates;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!isGuarded(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        long length = exchange.getRequest().getHeaders().getContentLength();
        if (length > properties.maxBody().toBytes()) {
            return Mono.error(tooLarge());
        }
        return DataBufferUtils
                .join(exchange.getRequest().getBody(), (int) properties.maxBody().toBytes())
                .map(RequestGuard::taken).defaultIfEmpty(ByteString.EMPTY)
                .onErrorMap(DataBufferLimitException.class, _ -> tooLarge())
                .flatMap(body -> chain.filter(admitted(exchange, body)));
    }

    private ServerWebExchange admitted(ServerWebExchange exchange, ByteString body) {
        ServerHttpRequest request = exchange.getRequest();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.getHeaders().forEach(headers::put);
        Caller caller = RefusedException.unwrap(verifier.verify(
                new SignedRequest(request.getMethod().name(), request.getURI(), headers, body),
                clock.millis(), verified -> withinRate(verified, exchange)));
        exchange.getAttributes().put(CALLER, caller);
        return exchange.mutate().request(new WithBody(exchange, body)).build();
    }

    private Verified<Caller> withinRate(Caller caller, ServerWebExchange exchange) {
        RateLimits.Answer rate = rates.take(caller.address(), clock.millis());
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set("RateLimit-Policy", rates.policy());
        headers.set("RateLimit", rate.header());
        if (rate.allowed()) {
            return Verified.accepted(caller);
        }
        headers.set("Retry-After", Long.toString(rate.secondsToWait()));
        return Verified.rejected(RejectionCode.RATE_LIMITED,
                "requests: over " + properties.requestsPerSecond() + " a second");
    }

    /// Whether a request is for something below `/api/`, as the dispatcher sees it: by decoded
    /// segments, not by how they were spelt.
    static boolean isGuarded(ServerHttpRequest request) {
        return request.getPath().elements().stream()
                .flatMap(element -> element instanceof PathContainer.PathSegment segment
                        ? Stream.of(segment.valueToMatch())
                        : Stream.empty())
                .findFirst().filter("api"::equals).isPresent();
    }

    private RefusedException tooLarge() {
        return new RefusedException(RejectionCode.TOO_LARGE,
                "body: over " + properties.maxBody().toBytes() + " bytes");
    }

    private static ByteString taken(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return ByteString.copyFrom(bytes);
    }

    /// The request with the body that was verified.
    private static final class WithBody extends ServerHttpRequestDecorator {
        private final ServerWebExchange exchange;
        private final ByteString body;

        WithBody(ServerWebExchange exchange, ByteString body) {
            super(exchange.getRequest());
            this.exchange = exchange;
            this.body = body;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body.isEmpty()
                    ? Flux.empty()
                    : Flux.defer(() -> Flux
                            .just(exchange.getResponse().bufferFactory().wrap(body.toByteArray())));
        }
    }
}
