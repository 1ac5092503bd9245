package network.dchat.starter.rpc;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands before every service of the node's gRPC server: a request that is too large or does not
/// decode, or a unary call without exactly one request, ends that call with a typed refusal and is
/// counted in `dchat.rpc.rejections` (labels `method`, `code`). The connection stays.
///
/// What gRPC itself refuses while it takes a message off the wire (one larger than
/// `dchat.rpc.max-message`, a broken frame, a stream cut within a message, an unknown method)
/// ends with gRPC's bare status, since nothing can be added to it; [Rejections#from] reads it. It
/// is counted all the same.
public final class RequestGuard {
    private static final Logger LOG = LoggerFactory.getLogger(RequestGuard.class);
    private static final Context.Key<StreamEnd> END = Context.key("dchat-stream-end");
    private static final String NO_METHOD = "unknown";

    private final int most;
    private final Map<String, Integer> limits;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final List<RefusalListener> listeners;
    private final Set<String> methods = ConcurrentHashMap.newKeySet();

    /// A guard that knows no service yet.
    ///
    /// @param limits    services that take less than all may
    /// @param listeners told of every refusal
    public RequestGuard(RpcProperties properties, List<MessageLimit> limits, MeterRegistry meters,
            InstantSource clock, List<RefusalListener> listeners) {
        this.most = Math.toIntExact(properties.maxMessage().toBytes());
        this.limits = limits.stream().collect(Collectors.toUnmodifiableMap(MessageLimit::service,
                limit -> (int) Math.min(most, limit.most().toBytes())));
        this.meters = meters;
        this.clock = clock;
        this.listeners = List.copyOf(listeners);
    }

    /// The same service behind the guard.
    ServerServiceDefinition guard(ServerServiceDefinition service) {
        String name = service.getServiceDescriptor().getName();
        int limit = limits.getOrDefault(name, most);
        List<ServerMethodDefinition<?, ?>> guarded = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            guarded.add(guard(method, limit));
        }
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(name)
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        guarded.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition
                .builder(descriptor.build());
        guarded.forEach(definition::addMethod);
        return definition.build();
    }

    /// Sees how streams end that no service answered.
    ServerStreamTracer.Factory tracers() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new Tracer(methods.contains(method) ? method : NO_METHOD);
            }
        };
    }

    private <Q, R> ServerMethodDefinition<Verified<Q>, R> guard(ServerMethodDefinition<Q, R> method,
            int limit) {
        MethodDescriptor<Q, R> original = method.getMethodDescriptor();
        methods.add(original.getFullMethodName());
        ServerCallHandler<Q, R> service = method.getServerCallHandler();
        return ServerMethodDefinition.create(
                original.toBuilder(new RequestMarshaller<>(original.getRequestMarshaller(), limit),
                        original.getResponseMarshaller()).build(),
                (call, headers) -> {
                    Attributes transport = call.getAttributes();
                    GuardedCall<Q, R> guarded = new GuardedCall<>(call, original,
                            END.get(Context.current()),
                            refusal -> refused(original.getFullMethodName(), caller(transport),
                                    refusal.code(), refusal.reason()));
                    return guarded.guard(service.startCall(guarded, headers));
                });
    }

    private void refused(String method, Optional<PeerId> caller, RejectionCode code,
            String reason) {
        meters.counter("dchat.rpc.rejections", "method", method, "code", code.name()).increment();
        LOG.debug("event=request-refused method={} peer={} code={} reason=\"{}\"", method,
                caller.map(PeerId::shortName).orElse("unknown"), code, reason);
        caller.ifPresent(peer -> listeners.forEach(listener -> listener.refused(peer, code)));
    }

    private Optional<PeerId> caller(Attributes transport) {
        @Nullable
        SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return session == null ? Optional.empty() : CallerPeer.of(session, clock.millis());
    }

    /// Follows one stream. What the transport ends with a status that has a cause is a fault of our
    /// own, not of the caller.
    private final class Tracer extends ServerStreamTracer {
        private final String method;
        private final StreamEnd end = new StreamEnd();
        private volatile Optional<PeerId> caller = Optional.empty();

        Tracer(String method) {
            this.method = method;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(END, end);
        }

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            caller = caller(call.getAttributes());
        }

        @Override
        public void streamClosed(Status status) {
            boolean _ = end.cut(() -> fault(status).ifPresent(code -> refused(method, caller, code,
                    String.valueOf(status.getDescription()))));
        }

        private static Optional<RejectionCode> fault(Status status) {
            if (status.getCause() != null) {
                return Optional.empty();
            }
            return switch (status.getCode()) {
                case RESOURCE_EXHAUSTED -> Optional.of(RejectionCode.TOO_LARGE);
                case INTERNAL -> Optional.of(RejectionCode.MALFORMED);
                case UNIMPLEMENTED -> Optional.of(RejectionCode.UNKNOWN_KIND);
                default -> Optional.empty();
            };
        }
    }
}
