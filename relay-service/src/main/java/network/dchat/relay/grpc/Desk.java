package network.dchat.relay.grpc;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.mailbox.Inspector;
import network.dchat.relay.RelayInbox;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// What all streams of a relay share.
///
/// @param inspector checks what strangers send
/// @param inbox     leads to the mailbox machine
/// @param checks    runs checks in parallel
/// @param executor  a virtual thread a task
/// @param meters    counts refusals
public record Desk(Inspector inspector, RelayInbox inbox, ParallelChecks checks,
        ExecutorService executor, MeterRegistry meters) {
    /// Most items in a frame.
    static final int ITEMS = 100;
    /// How long the machine may have no room before its caller is told.
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /// When a caller that found no room may come again.
    static final long RETRY_MILLIS = 500;

    NetworkId network() {
        return inspector.network();
    }

    PeerId self() {
        return inspector.self();
    }

    /// A refusal that is counted under the call and its code.
    Rejection refuse(String call, RejectionCode code, String reason) {
        return refuse(call, new network.dchat.identity.Rejection(code, reason));
    }

    /// A refusal that is counted under the call and its code.
    Rejection refuse(String call, network.dchat.identity.Rejection rejection) {
        count(call, rejection.code());
        return rejection.toWire();
    }

    /// The machine has no room.
    Rejection overloaded(String call) {
        count(call, RejectionCode.OVERLOADED);
        return Rejection.newBuilder().setCode(RejectionCode.OVERLOADED)
                .setReason("relay: too much to do").setRetryAfterMillis(RETRY_MILLIS).build();
    }

    /// The values that hold.
    static <T> List<T> accepted(List<Verified<T>> checked) {
        return checked.stream().flatMap(each -> each.toOptional().stream()).toList();
    }

    private void count(String call, RejectionCode code) {
        meters.counter("dchat.relay.rejections", "call", call, "code", code.name()).increment();
    }
}
