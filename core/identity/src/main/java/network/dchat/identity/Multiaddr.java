package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An address that says how to read itself: `/ip4/203.0.113.7/tcp/9000/p2p/12D3KooW…`.
///
/// It begins with a host. Values are kept in their one canonical text form, so that equal
/// addresses are equal. The binary form is the one of the multiaddr specification.
///
/// @param parts 1 to [#MAXIMUM_PARTS] protocols with their values, a host first
public record Multiaddr(List<Part> parts) {
    /// Most parts.
    public static final int MAXIMUM_PARTS = 8;

    /// Longest text in characters, and longest binary form in bytes.
    public static final int MAXIMUM_LENGTH = 512;

    /// Refuses an address without a host in front or with too many parts.
    public Multiaddr {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAXIMUM_PARTS
                || !parts.getFirst().protocol().isHost()) {
            throw new IllegalArgumentException("multiaddr: " + parts.size()
                    + " parts (expected: a host and up to " + (MAXIMUM_PARTS - 1) + " more)");
        }
    }

    /// A protocol and its value.
    ///
    /// @param protocol the protocol
    /// @param value its value in canonical text, empty where the protocol has none
    public record Part(MultiaddrProtocol protocol, String value) {
        /// Refuses a value that is none of the protocol or not in its canonical form.
        public Part {
            if (!protocol.canonical(value).equals(Optional.of(value))) {
                throw new IllegalArgumentException(protocol.text() + ": " + Octets.abbreviate(value)
                        + " (expected: a canonical value)");
            }
        }

        @Override
        public String toString() {
            return "/" + protocol.text() + (protocol.hasValue() ? "/" + value : "");
        }
    }

    /// An address written by us or by an operator: a multiaddr or plain `host:port`.
    public static Multiaddr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(
                "address: " + Octets.abbreviate(text) + " (expected: /ip4/…/tcp/… or host:port)"));
    }

    /// The address of a TCP port on a host, which is an IP address or a name.
    public static Multiaddr of(String host, int port) {
        return of(host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port);
    }

    /// An address written by a stranger, as a multiaddr or plain `host:port`; empty when it is
    /// none, or of a protocol unknown here.
    public static Optional<Multiaddr> parse(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        return text.startsWith("/") ? parseParts(text) : parsePlain(text);
    }

    /// The binary form from a stranger; empty when it is none, or of a protocol unknown here.
    public static Optional<Multiaddr> parse(ByteString bytes) {
        return bytes.size() > MAXIMUM_LENGTH ? Optional.empty() : MultiaddrCodec.decode(bytes);
    }

    /// The IP address or name, IPv6 without brackets.
    public String host() {
        return parts.getFirst().value();
    }

    /// The TCP port, or the UDP port where there is no other; 0 where the address names none.
    public int port() {
        return first(MultiaddrProtocol.TCP).or(() -> first(MultiaddrProtocol.UDP))
                .map(Integer::parseInt).orElse(0);
    }

    /// The peer at the end of the address; empty where none is named or its key is not Ed25519.
    public Optional<PeerId> peerId() {
        Part last = parts.getLast();
        return last.protocol() == MultiaddrProtocol.P2P
                ? PeerId.parse(last.value())
                : Optional.empty();
    }

    /// The same address, naming this peer at its end.
    public Multiaddr withPeerId(PeerId peer) {
        List<Part> changed = new ArrayList<>(withoutPeerId().parts);
        changed.add(new Part(MultiaddrProtocol.P2P, peer.toString()));
        return new Multiaddr(changed);
    }

    /// The same address without a peer at its end.
    public Multiaddr withoutPeerId() {
        boolean named = parts.getLast().protocol() == MultiaddrProtocol.P2P;
        return named ? new Multiaddr(parts.subList(0, parts.size() - 1)) : this;
    }

    /// From where the address can be reached, as far as it can be read off.
    public AddressScope scope() {
        return ip().map(IpAddress::scope).orElseGet(() -> scopeOfName(host()));
    }

    /// True when a TCP connection can be tried: a port that is not 0 on a host that is one, not
    /// carried by another peer.
    public boolean isDialable() {
        boolean host = parts.getFirst().protocol() != MultiaddrProtocol.DNSADDR
                && ip().map(IpAddress::isDialable).orElse(true);
        return host && first(MultiaddrProtocol.TCP).map(port -> !port.equals("0")).orElse(false)
                && first(MultiaddrProtocol.P2P_CIRCUIT).isEmpty();
    }

    /// Plain `host:port`, IPv6 in brackets.
    public String toHostAndPort() {
        String host = parts.getFirst().protocol() == MultiaddrProtocol.IP6
                ? "[" + host() + "]"
                : host();
        return host + ":" + port();
    }

    /// The binary form.
    public ByteString toBytes() {
        return MultiaddrCodec.encode(this);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        parts.forEach(text::append);
        return text.toString();
    }

    private Optional<String> first(MultiaddrProtocol protocol) {
        return parts.stream().filter(part -> part.protocol() == protocol).map(Part::value)
                .findFirst();
    }

    private Optional<IpAddress> ip() {
        return switch (parts.getFirst().protocol()) {
            case IP4 -> IpAddress.parseV4(host());
            case IP6 -> IpAddress.parseV6(host());
            case DNS, DNS4, DNS6, DNSADDR, TCP, UDP, P2P, P2P_CIRCUIT, TLS, QUIC_V1, WS, WSS ->
                Optional.empty();
        };
    }

    private static AddressScope scopeOfName(String name) {
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return AddressScope.LOOPBACK;
        }
        boolean inside = name.indexOf('.') < 0 || name.endsWith(".local")
                || name.endsWith(".internal") || name.endsWith(".lan")
                || name.endsWith(".home.arpa");
        return inside ? AddressScope.PRIVATE : AddressScope.PUBLIC;
    }

    private static Optional<Multiaddr> parseParts(String text) {
        String[] words = text.substring(1).split("/", -1);
        List<Part> parts = new ArrayList<>();
        for (int index = 0; index < words.length;) {
            Optional<MultiaddrProtocol> named = MultiaddrProtocol.named(words[index++]);
            if (named.isEmpty()) {
                return Optional.empty();
            }
            MultiaddrProtocol protocol = named.get();
            if (protocol.hasValue() && index == words.length) {
                return Optional.empty();
            }
            Optional<String> value = protocol.canonical(protocol.hasValue() ? words[index++] : "");
            if (value.isEmpty()) {
                return Optional.empty();
            }
            parts.add(new Part(protocol, value.get()));
        }
        return build(parts);
    }

    private static Optional<Multiaddr> parsePlain(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            return parsePlain(MultiaddrProtocol.IP6, host.substring(1, host.length() - 1), text,
                    colon);
        }
        MultiaddrProtocol protocol = IpAddress.parseV4(host).isPresent()
                ? MultiaddrProtocol.IP4
                : MultiaddrProtocol.DNS;
        return parsePlain(protocol, host, text, colon);
    }

    private static Optional<Multiaddr> parsePlain(MultiaddrProtocol protocol, String host,
            String text, int colon) {
        return protocol.canonical(host).flatMap(name -> MultiaddrProtocol.TCP
                .canonical(text.substring(colon + 1)).flatMap(port -> build(
                        List.of(new Part(protocol, name), new Part(MultiaddrProtocol.TCP, port)))));
    }

    /// The address of parts that are each right; empty when their order or number is not.
    static Optional<Multiaddr> build(List<Part> parts) {
        boolean good = !parts.isEmpty() && parts.size() <= MAXIMUM_PARTS
                && parts.getFirst().protocol().isHost();
        return good ? Optional.of(new Multiaddr(parts)) : Optional.empty();
    }
}
