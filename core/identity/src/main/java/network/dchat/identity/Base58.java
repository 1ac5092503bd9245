package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Optional;

/// The base58btc encoding of byte strings, as peer ids are written.
public final class Base58 {
    /// Longest text that is decoded, in characters: the work grows with the square of the length.
    public static final int MAXIMUM_TEXT = 128;

    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
            + "abcdefghijkmnopqrstuvwxyz";
    private static final int[] DIGITS = digits();

    private Base58() {}

    /// The text of the bytes: a `1` for each leading zero byte, then the number in base 58.
    public static String encode(ByteString bytes) {
        byte[] number = bytes.toByteArray();
        char[] text = new char[number.length * 2];
        int zeros = leadingZeros(number);
        int end = text.length;
        for (int start = zeros; start < number.length;) {
            text[--end] = ALPHABET.charAt(divide(number, start, 256, 58));
            if (number[start] == 0) {
                start++;
            }
        }
        while (end < text.length && text[end] == '1') {
            end++;
        }
        return "1".repeat(zeros) + new String(text, end, text.length - end);
    }

    /// The bytes of a text; empty when it is no base58 or longer than [#MAXIMUM_TEXT].
    public static Optional<ByteString> decode(String text) {
        if (text.length() > MAXIMUM_TEXT) {
            return Optional.empty();
        }
        byte[] number = new byte[text.length()];
        for (int index = 0; index < number.length; index++) {
            char symbol = text.charAt(index);
            if (symbol >= DIGITS.length || DIGITS[symbol] < 0) {
                return Optional.empty();
            }
            number[index] = (byte) DIGITS[symbol];
        }
        int zeros = leadingZeros(number);
        byte[] bytes = new byte[number.length];
        int end = bytes.length;
        for (int start = zeros; start < number.length;) {
            bytes[--end] = (byte) divide(number, start, 58, 256);
            if (number[start] == 0) {
                start++;
            }
        }
        while (end < bytes.length && bytes[end] == 0) {
            end++;
        }
        ByteString tail = ByteString.copyFrom(bytes, end, bytes.length - end);
        return Optional.of(ByteString.copyFrom(new byte[zeros]).concat(tail));
    }

    /// Divides the number in place, digit by digit from `start`, and returns the remainder.
    private static int divide(byte[] number, int start, int base, int divisor) {
        int remainder = 0;
        for (int index = start; index < number.length; index++) {
            int value = remainder * base + (number[index] & 0xff);
            number[index] = (byte) (value / divisor);
            remainder = value % divisor;
        }
        return remainder;
    }

    private static int leadingZeros(byte[] number) {
        int zeros = 0;
        while (zeros < number.length && number[zeros] == 0) {
            zeros++;
        }
        return zeros;
    }

    private static int[] digits() {
        int[] digits = new int[128];
        Arrays.fill(digits, -1);
        for (int value = 0; value < ALPHABET.length(); value++) {
            digits[ALPHABET.charAt(value)] = value;
        }
        return digits;
    }
}
