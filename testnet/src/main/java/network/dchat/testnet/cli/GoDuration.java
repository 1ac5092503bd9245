package network.dchat.testnet.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as CometBFT's tools write them, such as `336h`, `1h30m` or `1.5s`; a number without a
/// unit counts nanoseconds, as in its JSON.
final class GoDuration {
    private static final Pattern PART = Pattern
            .compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s|us|µs|ns)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");
    private static final Pattern NANOS = Pattern.compile("[0-9]{1,18}");
    private static final Map<String, Long> UNITS = Map.of("h", 3_600_000_000_000L, "m",
            60_000_000_000L, "s", 1_000_000_000L, "ms", 1_000_000L, "us", 1_000L, "µs", 1_000L,
            "ns", 1L);
    private static final int LONGEST = 64;

    private GoDuration() {}

    /// The duration; empty when the text is none, or is beyond 292 years.
    static Optional<Duration> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        if (NANOS.matcher(text).matches()) {
            return Optional.of(Duration.ofNanos(Long.parseLong(text)));
        }
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            long unit = UNITS.getOrDefault(parts.group(2), 0L);
            nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        BigDecimal whole = nanos.setScale(0, RoundingMode.DOWN);
        return whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(whole.longValueExact()));
    }
}
