package network.dchat.identity;

import java.util.Optional;
import java.util.function.Function;
import network.dchat.wire.v1.RejectionCode;

/// What became of bytes from a stranger: a value that holds, or why it does not.
public sealed interface Verified<T> {
    /// Everything was checked and holds.
    ///
    /// @param value what the bytes say
    record Accepted<T>(T value) implements Verified<T> {}

    /// Something does not hold.
    ///
    /// @param rejection what it was
    record Rejected<T>(Rejection rejection) implements Verified<T> {}

    /// An accepted value.
    static <T> Verified<T> accepted(T value) {
        return new Accepted<>(value);
    }

    /// A refusal.
    static <T> Verified<T> rejected(RejectionCode code, String reason) {
        return new Rejected<>(new Rejection(code, reason));
    }

    /// The next step of a verification, taken only when this one held.
    default <U> Verified<U> then(Function<? super T, Verified<U>> next) {
        return switch (this) {
            case Accepted<T>(T value) -> next.apply(value);
            case Rejected<T>(Rejection rejection) -> new Rejected<>(rejection);
        };
    }

    /// The value, where accepted.
    default Optional<T> toOptional() {
        return this instanceof Accepted<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /// The refusal, where refused.
    default Optional<Rejection> refusal() {
        return this instanceof Rejected<T>(Rejection rejection)
                ? Optional.of(rejection)
                : Optional.empty();
    }

    /// The value of something that we made ourselves and that must hold.
    ///
    /// @throws IllegalStateException with the reason when it does not
    default T orElseThrow() {
        return switch (this) {
            case Accepted<T>(T value) -> value;
            case Rejected<T>(Rejection rejection) -> throw new IllegalStateException(
                    rejection.name() + ": " + rejection.reason() + " (expected: accepted)");
        };
    }
}
