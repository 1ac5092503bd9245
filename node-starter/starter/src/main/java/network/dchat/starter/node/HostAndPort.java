package network.dchat.starter.node;

/// A host and a TCP port, `host:port` or `[ipv6]:port`.
///
/// @param host name or literal, without brackets
/// @param port 0 to 65535; 0 = any free one
public record HostAndPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    public HostAndPort {
        if (host.isBlank() || port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "address: " + host + ":" + port + " (expected: host:port, port 0 to 65535)");
        }
    }

    /// Reads `host:port`.
    public static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw malformed(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new HostAndPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException _) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "address: " + text + " (expected: host:port, port 0 to 65535)");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
