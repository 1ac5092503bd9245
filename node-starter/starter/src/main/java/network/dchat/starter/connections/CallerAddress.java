package network.dchat.starter.connections;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Multiaddr;
import org.jspecify.annotations.Nullable;

/// Tells a service from where it is called: the address that the transport sees.
public final class CallerAddress implements ServerInterceptor {
    private static final Context.Key<Multiaddr> KEY = Context.key("dchat-caller-address");

    /// The caller's address; the port is the one that the caller happened to call from.
    ///
    /// @throws IllegalStateException outside a call
    public static Multiaddr current() {
        Multiaddr address = KEY.get();
        if (address == null) {
            throw new IllegalStateException("caller: none (expected: inside a gRPC call)");
        }
        return address;
    }

    /// From where the caller reached us.
    public static AddressScope scope() {
        return current().scope();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        Multiaddr address = of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        return Contexts.interceptCall(Context.current().withValue(KEY, address), call, headers,
                next);
    }

    /// A socket address as a multiaddr; one of another kind is taken for a public one.
    static Multiaddr of(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress socket && socket.getAddress() != null) {
            return of(socket.getAddress(), socket.getPort());
        }
        return Multiaddr.of("0.0.0.0", 0);
    }

    /// An IP address and a port.
    public static Multiaddr of(InetAddress address, int port) {
        String host = address.getHostAddress();
        int zone = host.indexOf('%');
        return Multiaddr.of(zone < 0 ? host : host.substring(0, zone), port);
    }
}
