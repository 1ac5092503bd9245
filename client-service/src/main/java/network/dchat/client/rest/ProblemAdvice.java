package network.dchat.client.rest;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import network.dchat.client.TooManyDraftsException;
import network.dchat.meshaccess.MeshRefusedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;

/// The one place that turns failures into problem details.
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    @ExceptionHandler
    ProblemDetail tooMany(TooManyDraftsException failure) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, failure);
    }

    @ExceptionHandler
    ProblemDetail store(IOException failure) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, failure);
    }

    @ExceptionHandler
    ProblemDetail mesh(CompletionException failure) {
        Throwable cause = failure.getCause();
        return problem(HttpStatus.BAD_GATEWAY,
                cause instanceof MeshRefusedException refused ? refused : failure);
    }

    private static ProblemDetail problem(HttpStatus status, Exception failure) {
        return ProblemDetail.forStatusAndDetail(status, String.valueOf(failure.getMessage()));
    }
}
