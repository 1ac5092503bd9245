package network.dchat.validator.snapshot;

import java.time.Duration;

/// What a peer made of a question.
sealed interface PeerAnswer<T> {
    /// It answered; whether rightly is not known yet.
    record Given<T>(T value) implements PeerAnswer<T> {}

    /// It has no room now.
    record Busy<T>(Duration retry) implements PeerAnswer<T> {}

    /// It can be reached and did not answer in time.
    record Late<T>() implements PeerAnswer<T> {}

    /// It cannot be reached, or does not serve this.
    record Nothing<T>(String reason) implements PeerAnswer<T> {}
}
