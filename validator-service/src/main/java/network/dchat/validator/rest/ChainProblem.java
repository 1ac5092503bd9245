package network.dchat.validator.rest;

import java.util.Locale;
import java.util.OptionalLong;
import org.springframework.http.HttpStatus;

/// A request that cannot be answered, and why.
final class ChainProblem extends RuntimeException {
    /// The kinds of problems. Each has a name of its own in the problem's type.
    enum Kind {
        /// A parameter is none.
        MALFORMED(HttpStatus.BAD_REQUEST),
        /// There is nothing under this name, or not yet.
        NOT_FOUND(HttpStatus.NOT_FOUND),
        /// A block that was there and is no longer kept.
        PRUNED(HttpStatus.GONE),
        /// Too many requests at a time.
        OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE),
        /// Cannot be told now.
        UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE);

        private final HttpStatus status;

        Kind(HttpStatus status) {
            this.status = status;
        }

        HttpStatus status() {
            return status;
        }

        /// The name in the problem's type.
        String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final long firstHeight;

    private ChainProblem(Kind kind, String detail, long firstHeight) {
        super(detail);
        this.kind = kind;
        this.firstHeight = firstHeight;
    }

    /// A problem with a reason for people.
    static ChainProblem of(Kind kind, String detail) {
        return new ChainProblem(kind, detail, 0);
    }

    /// A block below the first that is kept.
    static ChainProblem pruned(long height, long firstHeight) {
        return new ChainProblem(Kind.PRUNED,
                "block " + height + ": pruned (expected: " + firstHeight + " or later)",
                firstHeight);
    }

    Kind kind() {
        return kind;
    }

    /// The first height that is kept, where that is the problem.
    OptionalLong firstHeight() {
        return kind == Kind.PRUNED ? OptionalLong.of(firstHeight) : OptionalLong.empty();
    }
}
