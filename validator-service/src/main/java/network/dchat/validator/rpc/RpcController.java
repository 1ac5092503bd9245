package network.dchat.validator.rpc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// CometBFT's RPC under `/rpc`: `GET /rpc/METHOD?parameters` and JSON-RPC 2.0 by `POST /rpc`, alone
/// or several in a list. An answer to a URI call carries the id -1, an error the HTTP status 500.
@RestController
@RequestMapping(path = "/rpc", produces = MediaType.APPLICATION_JSON_VALUE)
public final class RpcController {
    /// Calls at a time; each may hold a whole block.
    static final int MOST_AT_ONCE = 32;
    /// Calls in one request.
    static final int MOST_IN_A_BATCH = 10;
    /// Characters of a request.
    static final int LONGEST_REQUEST = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RpcController.class);
    private static final int URI_ID = -1;
    private static final String UNKNOWN = "";

    private final RpcCalls calls;
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    /// A controller over these calls.
    RpcController(RpcCalls calls) {
        this.calls = calls;
    }

    /// A URI call.
    @GetMapping("/{method}")
    public Mono<ResponseEntity<String>> get(@PathVariable String method,
            @RequestParam Map<String, String> query) {
        return offLoop(() -> {
            try {
                RpcCalls.names(method);
                return answered(HttpStatus.OK,
                        result(URI_ID, method, RpcParameters.ofQuery(query)));
            } catch (RpcFailure failure) {
                HttpStatus status = failure.code() == RpcFailure.METHOD_NOT_FOUND
                        ? HttpStatus.NOT_FOUND
                        : HttpStatus.INTERNAL_SERVER_ERROR;
                return answered(status, error(URI_ID, failure));
            }
        }, URI_ID);
    }

    /// JSON-RPC 2.0.
    @PostMapping
    public Mono<ResponseEntity<String>> post(@RequestBody String body) {
        return offLoop(() -> {
            Object request;
            try {
                request = parse(body);
            } catch (RpcFailure failure) {
                return answered(HttpStatus.INTERNAL_SERVER_ERROR, error(null, failure));
            }
            if (!(request instanceof List<?> several)) {
                return answer(request).map(each -> answered(HttpStatus.OK, each))
                        .orElseGet(() -> ResponseEntity.ok(UNKNOWN));
            }
            List<Object> answers = new ArrayList<>();
            several.forEach(each -> answer(each).ifPresent(answers::add));
            return answers.isEmpty()
                    ? ResponseEntity.ok(UNKNOWN)
                    : answered(HttpStatus.OK, answers);
        }, null);
    }

    private Object parse(String body) throws RpcFailure {
        if (body.length() > LONGEST_REQUEST) {
            throw RpcFailure.invalidRequest("request: " + body.length()
                    + " characters (expected: up to " + LONGEST_REQUEST + ")");
        }
        Object request;
        try {
            request = mapper.readValue(body, Object.class);
        } catch (JacksonException broken) {
            throw RpcFailure.parseError(broken.getOriginalMessage());
        }
        if (request instanceof List<?> several
                && (several.isEmpty() || several.size() > MOST_IN_A_BATCH)) {
            throw RpcFailure.invalidRequest(
                    "batch: " + several.size() + " (expected: 1 to " + MOST_IN_A_BATCH + ")");
        }
        if (request == null) {
            throw RpcFailure.invalidRequest("request: null");
        }
        return request;
    }

    /// The answer to one request; empty when it has no id, so that none is wanted.
    private Optional<Map<String, @Nullable Object>> answer(@Nullable Object request) {
        if (!(request instanceof Map<?, ?> call)
                || !(call.get("method") instanceof String method)) {
            return Optional.of(error(null, RpcFailure.invalidRequest("request: no method")));
        }
        Object id = call.get("id");
        if (id == null) {
            return Optional.empty();
        }
        if (!(id instanceof String || id instanceof Number)) {
            return Optional.of(error(null, RpcFailure.invalidRequest("id: no text, no number")));
        }
        try {
            return Optional.of(result(id, method,
                    RpcParameters.ofJson(call.get("params"), RpcCalls.names(method))));
        } catch (RpcFailure failure) {
            return Optional.of(error(id, failure));
        }
    }

    private Map<String, @Nullable Object> result(Object id, String method, RpcParameters parameters)
            throws RpcFailure {
        Map<String, @Nullable Object> answer = envelope(id);
        try {
            answer.put("result", calls.answer(method, parameters));
        } catch (IOException unreadable) {
            LOG.warn("event=rpc-failed method={} reason=\"{}\"", method, unreadable.getMessage());
            throw RpcFailure.internal("the block cannot be read");
        }
        return answer;
    }

    private static Map<String, @Nullable Object> error(@Nullable Object id, RpcFailure failure) {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", failure.code());
        error.put("message", failure.getMessage());
        if (!failure.detail().isEmpty()) {
            error.put("data", failure.detail());
        }
        Map<String, @Nullable Object> answer = envelope(id);
        answer.put("error", error);
        return answer;
    }

    private static Map<String, @Nullable Object> envelope(@Nullable Object id) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", "2.0");
        answer.put("id", id);
        return answer;
    }

    private ResponseEntity<String> answered(HttpStatus status, Object tree) {
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON)
                .body(mapper.writeValueAsString(tree));
    }

    /// Files are read on another thread; what finds no place is refused at once.
    private Mono<ResponseEntity<String>> offLoop(Callable<ResponseEntity<String>> work,
            @Nullable Object id) {
        return Mono.defer(() -> {
            if (!places.tryAcquire()) {
                return Mono.just(
                        answered(HttpStatus.SERVICE_UNAVAILABLE, error(id, RpcFailure.busy())));
            }
            return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic())
                    .doFinally(_ -> places.release());
        });
    }
}
