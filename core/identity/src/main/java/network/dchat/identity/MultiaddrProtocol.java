package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// The protocols of multiaddrs that are known here, with their numbers in the multicodec table.
public enum MultiaddrProtocol {
    /// An IPv4 address.
    IP4("ip4", 0x04, Value.IP4),
    /// A TCP port.
    TCP("tcp", 0x06, Value.PORT),
    /// An IPv6 address.
    IP6("ip6", 0x29, Value.IP6),
    /// A name with addresses of either kind.
    DNS("dns", 0x35, Value.NAME),
    /// A name with IPv4 addresses.
    DNS4("dns4", 0x36, Value.NAME),
    /// A name with IPv6 addresses.
    DNS6("dns6", 0x37, Value.NAME),
    /// A name whose TXT records hold multiaddrs.
    DNSADDR("dnsaddr", 0x38, Value.NAME),
    /// A UDP port.
    UDP("udp", 0x0111, Value.PORT),
    /// A peer reached through another.
    P2P_CIRCUIT("p2p-circuit", 0x0122, Value.NONE),
    /// A peer id, as a multihash.
    P2P("p2p", 0x01a5, Value.PEER),
    /// TLS.
    TLS("tls", 0x01c0, Value.NONE),
    /// QUIC version 1.
    QUIC_V1("quic-v1", 0x01cd, Value.NONE),
    /// WebSocket.
    WS("ws", 0x01dd, Value.NONE),
    /// WebSocket over TLS.
    WSS("wss", 0x01de, Value.NONE);

    /// Longest name in characters (RFC 1035).
    static final int MAXIMUM_NAME = 253;

    private static final int MAXIMUM_PORT = 65_535;
    private static final int MAXIMUM_LABEL = 63;
    private static final int SHA_256_CODE = 0x12;

    private final String text;
    private final int code;
    private final Value value;

    MultiaddrProtocol(String text, int code, Value value) {
        this.text = text;
        this.code = code;
        this.value = value;
    }

    /// The name as written between slashes.
    public String text() {
        return text;
    }

    /// The number in the multicodec table.
    public int code() {
        return code;
    }

    /// True when a value follows the name.
    boolean hasValue() {
        return value != Value.NONE;
    }

    /// True when this names a host.
    boolean isHost() {
        return value == Value.IP4 || value == Value.IP6 || value == Value.NAME;
    }

    /// Length of the binary value in bytes, or -1 when a length stands before it.
    int length() {
        return switch (value) {
            case NONE -> 0;
            case PORT -> Short.BYTES;
            case IP4 -> IpAddress.V4_LENGTH;
            case IP6 -> IpAddress.V6_LENGTH;
            case NAME, PEER -> -1;
        };
    }

    static Optional<MultiaddrProtocol> named(String text) {
        String name = text.equals("ipfs") ? "p2p" : text;
        for (MultiaddrProtocol protocol : values()) {
            if (protocol.text.equals(name)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }

    static Optional<MultiaddrProtocol> numbered(long code) {
        for (MultiaddrProtocol protocol : values()) {
            if (protocol.code == code) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }

    /// The value in its one text form; empty when it is none of this protocol.
    Optional<String> canonical(String candidate) {
        return switch (value) {
            case NONE -> candidate.isEmpty() ? Optional.of(candidate) : Optional.empty();
            case IP4 -> IpAddress.parseV4(candidate).map(IpAddress::toString);
            case IP6 -> IpAddress.parseV6(candidate).map(IpAddress::toString);
            case PORT -> Decimal.parse(candidate, MAXIMUM_PORT) >= 0
                    ? Optional.of(candidate)
                    : Optional.empty();
            case NAME -> isName(candidate)
                    ? Optional.of(candidate.toLowerCase(Locale.ROOT))
                    : Optional.empty();
            case PEER ->
                Base58.decode(candidate).filter(MultiaddrProtocol::isMultihash).map(Base58::encode);
        };
    }

    /// The binary value of a canonical text.
    ByteString encode(String canonical) {
        return switch (value) {
            case NONE -> ByteString.EMPTY;
            case IP4 -> IpAddress.parseV4(canonical).orElseThrow().bytes();
            case IP6 -> IpAddress.parseV6(canonical).orElseThrow().bytes();
            case PORT -> port(Integer.parseInt(canonical));
            case NAME -> ByteString.copyFromUtf8(canonical);
            case PEER -> Base58.decode(canonical).orElseThrow();
        };
    }

    /// The text of a binary value from a stranger; empty when it is none of this protocol.
    Optional<String> decode(ByteString bytes) {
        return switch (value) {
            case NONE -> Optional.of("");
            case IP4, IP6 -> Optional.of(new IpAddress(bytes).toString());
            case PORT -> Optional
                    .of(Integer.toString((bytes.byteAt(0) & 0xff) << 8 | (bytes.byteAt(1) & 0xff)));
            case NAME -> canonical(bytes.toString(StandardCharsets.ISO_8859_1));
            case PEER -> isMultihash(bytes) ? Optional.of(Base58.encode(bytes)) : Optional.empty();
        };
    }

    private static ByteString port(int number) {
        return ByteString.copyFrom(new byte[]{(byte) (number >> 8), (byte) number});
    }

    /// Letters, digits, hyphens and underscores in labels of 1 to 63; never only digits at the end.
    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAXIMUM_NAME) {
            return false;
        }
        String[] labels = text.split("\\.", -1);
        for (String label : labels) {
            if (label.isEmpty() || label.length() > MAXIMUM_LABEL
                    || !label.chars().allMatch(MultiaddrProtocol::isNameSymbol)) {
                return false;
            }
        }
        return !labels[labels.length - 1].chars().allMatch(Character::isDigit);
    }

    private static boolean isNameSymbol(int symbol) {
        return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z')
                || (symbol >= '0' && symbol <= '9') || symbol == '-' || symbol == '_';
    }

    /// Identity or SHA-256 multihash: the two that peer ids use.
    private static boolean isMultihash(ByteString bytes) {
        if (bytes.size() < 2 || bytes.size() != 2 + bytes.byteAt(1)) {
            return false;
        }
        return bytes.byteAt(0) == 0
                || (bytes.byteAt(0) == SHA_256_CODE && bytes.byteAt(1) == Hash.LENGTH);
    }

    /// What follows the name.
    private enum Value {
        NONE, IP4, IP6, PORT, NAME, PEER
    }
}
