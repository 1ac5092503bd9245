package network.dchat.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.PublicKey;
import network.dchat.session.noise.NoiseHash;

/// Sixty digits that two people compare, or scan, to know that each has the other's true identity
/// key.
///
/// Each key gives thirty digits by 5,200 rounds of SHA-512, so that a key with the same digits is
/// out of reach; the lower half comes first, so both people see the same.
///
/// @param digits 60 decimal digits
public record SafetyNumber(String digits) {
    private static final byte[] TAG = "dchat/safety-number/1".getBytes(UTF_8);
    private static final int ROUNDS = 5_200;
    private static final int GROUPS = 6;
    private static final int GROUP_BYTES = 5;
    private static final int GROUP_DIGITS = 5;
    private static final long GROUP_VALUES = 100_000;

    /// Refuses anything but 60 digits.
    public SafetyNumber {
        if (!digits.matches("[0-9]{60}")) {
            throw new IllegalArgumentException(
                    "safety number: " + digits.length() + " characters (expected: 60 digits)");
        }
    }

    /// The safety number of two people, in either order.
    public static SafetyNumber of(PublicKey one, PublicKey other) {
        String first = half(one);
        String second = half(other);
        return new SafetyNumber(first.compareTo(second) <= 0 ? first + second : second + first);
    }

    /// Twelve groups of five digits, to be read aloud.
    public List<String> groups() {
        List<String> groups = new ArrayList<>();
        for (int start = 0; start < digits.length(); start += GROUP_DIGITS) {
            groups.add(digits.substring(start, start + GROUP_DIGITS));
        }
        return groups;
    }

    @Override
    public String toString() {
        return String.join(" ", groups());
    }

    private static String half(PublicKey key) {
        byte[] keyBytes = key.bytes().toByteArray();
        byte[] hash = NoiseHash.SHA512.hash(TAG, keyBytes);
        for (int round = 1; round < ROUNDS; round++) {
            hash = NoiseHash.SHA512.hash(hash, keyBytes);
        }
        StringBuilder half = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            long value = 0;
            for (int index = 0; index < GROUP_BYTES; index++) {
                value = (value << Byte.SIZE) | (hash[group * GROUP_BYTES + index] & 0xff);
            }
            String text = Long.toString(value % GROUP_VALUES);
            half.append("0".repeat(GROUP_DIGITS - text.length())).append(text);
        }
        return half.toString();
    }
}
