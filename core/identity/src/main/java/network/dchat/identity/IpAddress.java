package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;

/// An IPv4 or IPv6 address written or read without ever asking a name server.
///
/// @param bytes 4 or 16 bytes in network order
record IpAddress(ByteString bytes) {
    static final int V4_LENGTH = 4;
    static final int V6_LENGTH = 16;

    private static final int GROUPS = 8;
    private static final int MAPPED_PREFIX = 12;
    private static final ByteString MAPPED = Octets.ofHex("prefix", "00000000000000000000ffff",
            MAPPED_PREFIX);

    IpAddress {
        if (bytes.size() != V4_LENGTH && bytes.size() != V6_LENGTH) {
            throw new IllegalArgumentException(
                    "ip address: " + bytes.size() + " bytes (expected: 4 or 16 bytes)");
        }
    }

    /// Four decimal numbers without leading zeros.
    static Optional<IpAddress> parseV4(String text) {
        String[] numbers = text.split("\\.", V4_LENGTH + 1);
        if (numbers.length != V4_LENGTH) {
            return Optional.empty();
        }
        byte[] bytes = new byte[V4_LENGTH];
        for (int index = 0; index < V4_LENGTH; index++) {
            int value = Decimal.parse(numbers[index], 255);
            if (value < 0) {
                return Optional.empty();
            }
            bytes[index] = (byte) value;
        }
        return Optional.of(new IpAddress(ByteString.copyFrom(bytes)));
    }

    /// Any text form of RFC 4291 section 2.2, without a zone.
    static Optional<IpAddress> parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true).filter(bytes -> bytes.size() == V6_LENGTH)
                    .map(IpAddress::new);
        }
        String tail = text.substring(gap + 2);
        Optional<ByteString> before = gap == 0
                ? Optional.of(ByteString.EMPTY)
                : groups(text.substring(0, gap), false);
        Optional<ByteString> after = tail.isEmpty()
                ? Optional.of(ByteString.EMPTY)
                : groups(tail, true);
        return before.flatMap(head -> after.flatMap(end -> fill(head, end)));
    }

    boolean isV4() {
        return bytes.size() == V4_LENGTH;
    }

    AddressScope scope() {
        IpAddress plain = unmapped();
        int first = plain.at(0);
        int second = plain.at(1);
        if (plain.isV4()) {
            if (first == 127 || first == 0) {
                return AddressScope.LOOPBACK;
            }
            boolean inside = first == 10 || (first == 172 && (second & 0xf0) == 16)
                    || (first == 192 && second == 168) || (first == 169 && second == 254)
                    || (first == 100 && (second & 0xc0) == 64);
            return inside ? AddressScope.PRIVATE : AddressScope.PUBLIC;
        }
        if (isAllZeroBut(plain.at(V6_LENGTH - 1)) && plain.at(V6_LENGTH - 1) <= 1) {
            return AddressScope.LOOPBACK;
        }
        boolean inside = (first & 0xfe) == 0xfc || (first == 0xfe && (second & 0xc0) == 0x80);
        return inside ? AddressScope.PRIVATE : AddressScope.PUBLIC;
    }

    /// False for the unspecified address, multicast, broadcast and reserved ranges.
    boolean isDialable() {
        IpAddress plain = unmapped();
        if (plain.isV4()) {
            return plain.at(0) != 0 && plain.at(0) < 224;
        }
        return plain.at(0) != 0xff && !isAllZeroBut(0);
    }

    /// Dotted decimal, or RFC 5952.
    @Override
    public String toString() {
        if (isV4()) {
            return at(0) + "." + at(1) + "." + at(2) + "." + at(3);
        }
        if (bytes.startsWith(MAPPED)) {
            return "::ffff:" + unmapped();
        }
        int start = -1;
        int length = 1;
        for (int index = 0; index < GROUPS; index++) {
            int zeros = zerosFrom(index);
            if (zeros > length) {
                start = index;
                length = zeros;
            }
        }
        return start < 0 ? text(0, GROUPS) : text(0, start) + "::" + text(start + length, GROUPS);
    }

    private IpAddress unmapped() {
        return !isV4() && bytes.startsWith(MAPPED)
                ? new IpAddress(bytes.substring(MAPPED_PREFIX))
                : this;
    }

    private boolean isAllZeroBut(int last) {
        for (int index = 0; index < bytes.size() - 1; index++) {
            if (at(index) != 0) {
                return false;
            }
        }
        return at(bytes.size() - 1) == last;
    }

    private int zerosFrom(int start) {
        int end = start;
        while (end < GROUPS && group(end) == 0) {
            end++;
        }
        return end - start;
    }

    private String text(int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int index = start; index < end; index++) {
            text.append(index == start ? "" : ":").append(Integer.toHexString(group(index)));
        }
        return text.toString();
    }

    private int group(int index) {
        return at(2 * index) << 8 | at(2 * index + 1);
    }

    private int at(int index) {
        return bytes.byteAt(index) & 0xff;
    }

    private static Optional<IpAddress> fill(ByteString head, ByteString end) {
        int missing = V6_LENGTH - head.size() - end.size();
        if (missing < 2) {
            return Optional.empty();
        }
        return Optional
                .of(new IpAddress(head.concat(ByteString.copyFrom(new byte[missing])).concat(end)));
    }

    /// The bytes of groups separated by colons, the last of which may be an IPv4 address.
    private static Optional<ByteString> groups(String text, boolean last) {
        String[] groups = text.split(":", GROUPS + 1);
        ByteString.Output bytes = ByteString.newOutput(V6_LENGTH);
        for (int index = 0; index < groups.length; index++) {
            String group = groups[index];
            if (last && index == groups.length - 1 && group.indexOf('.') >= 0) {
                Optional<IpAddress> tail = parseV4(group);
                return tail.map(address -> bytes.toByteString().concat(address.bytes()))
                        .filter(all -> all.size() <= V6_LENGTH);
            }
            if (group.isEmpty() || group.length() > 4
                    || !group.chars().allMatch(HexFormat::isHexDigit)) {
                return Optional.empty();
            }
            int value = Integer.parseInt(group, 16);
            bytes.write(value >> 8);
            bytes.write(value);
        }
        return bytes.size() <= V6_LENGTH ? Optional.of(bytes.toByteString()) : Optional.empty();
    }
}
