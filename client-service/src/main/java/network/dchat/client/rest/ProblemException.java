package network.dchat.client.rest;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/// A request that cannot be served, answered as problem details (RFC 9457).
final class ProblemException extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    ProblemException(HttpStatus status, String detail) {
        super(status);
        getBody().setDetail(detail);
    }
}
