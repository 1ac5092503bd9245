package network.dchat.identity;

/// Decimal numbers in their one shortest form.
final class Decimal {
    private static final int MAXIMUM_DIGITS = 5;

    private Decimal() {}

    /// The number, or -1 when the text is none, has leading zeros or is above the maximum.
    static int parse(String text, int maximum) {
        boolean digits = !text.isEmpty() && text.length() <= MAXIMUM_DIGITS
                && text.chars().allMatch(symbol -> symbol >= '0' && symbol <= '9');
        if (!digits || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = Integer.parseInt(text);
        return value <= maximum ? value : -1;
    }
}
