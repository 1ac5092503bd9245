package network.dchat.ledger.light;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The share of trusted voting power of which strictly more must have signed a header that does not
/// follow directly. At least one third, so that a correct validator is among the signers.
///
/// @param numerator at least 1
/// @param denominator at most three times the numerator, not below it
public record TrustLevel(int numerator, int denominator) {
    /// One third, what the specification suggests.
    public static final TrustLevel ONE_THIRD = new TrustLevel(1, 3);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    /// Refuses what is not in the range 1/3 to 1.
    public TrustLevel {
        if (numerator < 1 || denominator < numerator || 3L * numerator < denominator) {
            throw new IllegalArgumentException(
                    "trust level: " + numerator + "/" + denominator + " (expected: 1/3 to 1/1)");
        }
    }

    /// A level written as `1/3`; empty when it is malformed or out of range.
    public static Optional<TrustLevel> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TrustLevel(Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// True when this power is strictly more than the level's share of all.
    public boolean isExceededBy(long power, long total) {
        BigInteger have = BigInteger.valueOf(power).multiply(BigInteger.valueOf(denominator));
        BigInteger need = BigInteger.valueOf(total).multiply(BigInteger.valueOf(numerator));
        return have.compareTo(need) > 0;
    }

    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
