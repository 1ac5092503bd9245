package network.dchat.gateway.signature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the two structured fields (RFC 8941) that signatures need, in their canonical form only:
/// one dictionary member that is an inner list of strings with parameters, and one that is a byte
/// sequence.
final class StructuredFields {
    private static final int MAXIMUM_LENGTH = 4096;
    private static final int MAXIMUM_ITEMS = 16;

    private final String text;
    private int at;

    private StructuredFields(String text) {
        this.text = text;
    }

    /// `label=("a" "b");created=1;nonce="n"`.
    ///
    /// @param raw all after the equals sign, as it was sent
    /// @param parameters strings, or numbers as their digits
    record InnerList(String label, String raw, List<String> items, Map<String, String> parameters) {
        InnerList {
            items = List.copyOf(items);
            parameters = Map.copyOf(parameters);
        }
    }

    /// `label=:base64:`.
    record Bytes(String label, String base64) {}

    static Optional<InnerList> innerList(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StructuredFields(text).readInnerList());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static Optional<Bytes> bytes(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        try {
            StructuredFields fields = new StructuredFields(text);
            String label = fields.key();
            fields.expect('=');
            String base64 = fields.byteSequence();
            fields.end();
            return Optional.of(new Bytes(label, base64));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private InnerList readInnerList() {
        String label = key();
        expect('=');
        int from = at;
        List<String> items = new ArrayList<>();
        expect('(');
        while (peek() != ')') {
            if (!items.isEmpty()) {
                expect(' ');
            }
            items.add(string());
            require(items.size() <= MAXIMUM_ITEMS);
        }
        expect(')');
        Map<String, String> parameters = new LinkedHashMap<>();
        while (at < text.length()) {
            expect(';');
            String name = key();
            expect('=');
            require(parameters.put(name, peek() == '"' ? string() : number()) == null);
            require(parameters.size() <= MAXIMUM_ITEMS);
        }
        return new InnerList(label, text.substring(from), items, parameters);
    }

    private String key() {
        int from = at;
        while (at < text.length() && isKey(text.charAt(at))) {
            at++;
        }
        require(at > from);
        return text.substring(from, at);
    }

    /// A string without escapes, which no component name or value here needs.
    private String string() {
        expect('"');
        int from = at;
        while (peek() != '"') {
            char symbol = text.charAt(at);
            require(symbol >= 0x20 && symbol < 0x7f && symbol != '\\');
            at++;
        }
        at++;
        return text.substring(from, at - 1);
    }

    private String number() {
        int from = at;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        require(at > from && at - from <= 15);
        return text.substring(from, at);
    }

    private String byteSequence() {
        expect(':');
        int end = text.indexOf(':', at);
        require(end >= 0);
        String base64 = text.substring(at, end);
        at = end + 1;
        return base64;
    }

    private char peek() {
        require(at < text.length());
        return text.charAt(at);
    }

    private void expect(char symbol) {
        require(peek() == symbol);
        at++;
    }

    private void end() {
        require(at == text.length());
    }

    private void require(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("structured field: at " + at);
        }
    }

    private static boolean isKey(char symbol) {
        return (symbol >= 'a' && symbol <= 'z') || (symbol >= '0' && symbol <= '9') || symbol == '-'
                || symbol == '_';
    }
}
