package network.dchat.validator.rest;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
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
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// The one place that turns failures under `/chain` into problem details (RFC 9457) and counts
/// them. The type is `urn:dchat:problem:<code in kebab case>`.
@Component
@Order(-10)
final class ChainProblems implements WebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ChainProblems.class);
    private static final String TYPE = "urn:dchat:problem:";
    private static final String PATH = "/chain";
    private static final String CODE = "code";

    private final JsonMapper json;
    private final MeterRegistry meters;

    ChainProblems(JsonMapper json, MeterRegistry meters) {
        this.json = json;
        this.meters = meters;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        String path = exchange.getRequest().getPath().value();
        if (response.isCommitted() || !(path.equals(PATH) || path.startsWith(PATH + "/"))) {
            return Mono.error(failure);
        }
        ProblemDetail problem = problem(failure);
        problem.setInstance(exchange.getRequest().getURI());
        response.setStatusCode(HttpStatusCode.valueOf(problem.getStatus()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            headers.set(HttpHeaders.RETRY_AFTER, "1");
        }
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        return response.writeWith(Mono.just(body));
    }

    private ProblemDetail problem(Throwable failure) {
        return switch (failure) {
            case ChainProblem known -> typed(known);
            case ErrorResponse known -> framework(known);
            case DataAccessException _,TransactionException _ ->
                typed(ChainProblem.of(ChainProblem.Kind.UNAVAILABLE, "database: not reached"));
            case IOException unreadable -> {
                LOG.warn("event=chain-unreadable reason=\"{}\"", unreadable.getMessage());
                yield typed(ChainProblem.of(ChainProblem.Kind.UNAVAILABLE,
                        "block file: cannot be read"));
            }
            default -> {
                LOG.error("event=request-failed", failure);
                count("INTERNAL");
                yield ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
            }
        };
    }

    private ProblemDetail typed(ChainProblem known) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(known.kind().status(),
                String.valueOf(known.getMessage()));
        problem.setType(URI.create(TYPE + known.kind().slug()));
        problem.setTitle(known.kind().slug().replace('-', ' '));
        problem.setProperty(CODE, known.kind().name());
        known.firstHeight().ifPresent(first -> problem.setProperty("first_height", first));
        count(known.kind().name());
        return problem;
    }

    private ProblemDetail framework(ErrorResponse known) {
        ChainProblem.Kind kind = known.getStatusCode().value() == HttpStatus.NOT_FOUND.value()
                ? ChainProblem.Kind.NOT_FOUND
                : ChainProblem.Kind.MALFORMED;
        ProblemDetail problem = known.getBody();
        if (known.getStatusCode().is4xxClientError()) {
            problem.setType(URI.create(TYPE + kind.slug()));
            problem.setProperty(CODE, kind.name());
        }
        count(kind.name());
        return problem;
    }

    private void count(String code) {
        meters.counter("dchat.chain.rejections", CODE, code).increment();
    }
}
