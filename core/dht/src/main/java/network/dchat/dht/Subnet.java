package network.dchat.dht;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.MultiaddrProtocol;

/// A public network that one owner usually holds as a whole: a /24 of IPv4, a /48 of IPv6.
///
/// @param prefix the protocol's number and the leading address bytes
record Subnet(ByteString prefix) {
    private static final int PROTOCOL = 1;
    private static final int V4_BYTES = 3;
    private static final int V6_BYTES = 6;

    /// The subnet of an address; empty for names and for addresses that are not public.
    static Optional<Subnet> of(Multiaddr address) {
        MultiaddrProtocol protocol = address.parts().getFirst().protocol();
        if (address.scope() != AddressScope.PUBLIC) {
            return Optional.empty();
        }
        if (protocol == MultiaddrProtocol.IP4) {
            return Optional.of(new Subnet(address.toBytes().substring(0, PROTOCOL + V4_BYTES)));
        }
        return protocol == MultiaddrProtocol.IP6
                ? Optional.of(new Subnet(address.toBytes().substring(0, PROTOCOL + V6_BYTES)))
                : Optional.empty();
    }
}
