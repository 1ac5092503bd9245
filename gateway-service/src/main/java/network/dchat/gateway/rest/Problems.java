package network.dchat.gateway.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.signature.RequestVerifier;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// The one place that turns failures into problem details (RFC 9457) and counts them. A refusal's
/// type is `urn:dchat:problem:<code in kebab case>`, and `code` names it as on the wire.
@Order(-10)
final class Problems implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String TYPE = "urn:dchat:problem:";

    private final JsonMapper json;
    private final String accepted;
    private final MeterRegistry meters;

    Problems(JsonMapper json, NetworkId network, MeterRegistry meters) {
        this.json = json;
        this.meters = meters;
        this.accepted = "sig=(\"" + String.join("\" \"", RequestVerifier.REQUIRED)
                + "\" \"content-digest\");created;nonce;alg=\"ed25519\";tag=\""
                + RequestVerifier.tag(network) + "\"";
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted() || !RequestGuard.isGuarded(exchange.getRequest())) {
            return Mono.error(failure);
        }
        ProblemDetail problem = problem(failure);
        meters.counter("dchat.gateway.rejections", "code", code(problem)).increment();
        problem.setInstance(exchange.getRequest().getURI());
        response.setStatusCode(HttpStatusCode.valueOf(problem.getStatus()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.getStatus() == HttpStatus.UNAUTHORIZED.value()) {
            headers.set("Accept-Signature", accepted);
        }
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            headers.set(HttpHeaders.RETRY_AFTER, "1");
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        return response.writeWith(Mono.just(body));
    }

    private static ProblemDetail problem(Throwable failure) {
        return switch (failure) {
            case RefusedException refused -> refused(refused.rejection());
            case ErrorResponse known -> framework(known);
            case DataAccessException _,TransactionException _ ->
                refused(new Rejection(RejectionCode.UNAVAILABLE, "database: not reached"));
            default -> {
                LOG.error("event=request-failed", failure);
                yield ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
            }
        };
    }

    /// Its code, or the status where it has none.
    private static String code(ProblemDetail problem) {
        Map<String, Object> properties = problem.getProperties();
        Object code = properties == null ? null : properties.get("code");
        return code == null ? Integer.toString(problem.getStatus()) : code.toString();
    }

    private static ProblemDetail refused(Rejection rejection) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status(rejection.code()),
                rejection.reason());
        String name = rejection.name().toLowerCase(Locale.ROOT).replace('_', '-');
        problem.setType(java.net.URI.create(TYPE + name));
        problem.setTitle(name.replace('-', ' '));
        problem.setProperty("code", rejection.name());
        return problem;
    }

    private static ProblemDetail framework(ErrorResponse known) {
        ProblemDetail problem = known.getBody();
        Optional<RejectionCode> code = switch (problem.getStatus()) {
            case 400, 415 -> Optional.of(RejectionCode.MALFORMED);
            case 404, 405 -> Optional.of(RejectionCode.NOT_FOUND);
            case 413 -> Optional.of(RejectionCode.TOO_LARGE);
            default -> Optional.empty();
        };
        code.ifPresent(found -> problem.setProperty("code", found.name()));
        return problem;
    }

    static HttpStatus status(RejectionCode code) {
        return switch (code) {
            case MALFORMED, UNKNOWN_KIND -> HttpStatus.BAD_REQUEST;
            case UNSIGNED, BAD_SIGNATURE, EXPIRED, FUTURE_DATED -> HttpStatus.UNAUTHORIZED;
            case NOT_AUTHORISED, WRONG_NETWORK, PROOF_OF_WORK -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case REPLAYED, CONFLICT -> HttpStatus.CONFLICT;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
            case RATE_LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
            case QUOTA_EXCEEDED -> HttpStatus.INSUFFICIENT_STORAGE;
            case OVERLOADED, UNAVAILABLE, MOVED, INSUFFICIENT_FUNDS, REJECTION_CODE_UNSPECIFIED,
                    UNRECOGNIZED ->
                HttpStatus.SERVICE_UNAVAILABLE;
        };
    }
}
