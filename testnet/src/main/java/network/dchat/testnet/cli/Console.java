package network.dchat.testnet.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results go to standard output, messages to standard error.
public final class Console {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT).build();

    private Console() {}

    /// A line of a result.
    public static void result(String line) {
        print(System.out, line);
    }

    /// A result as JSON.
    public static void json(Object value) {
        print(System.out, JSON.writeValueAsString(value));
    }

    /// A line for the person at the terminal.
    public static void message(String line) {
        print(System.err, line);
    }

    /// Replaces the current line of messages, where a terminal shows them.
    public static void progress(String line) {
        if (isTerminal()) {
            System.err.print("\r\u001b[K" + line);
            System.err.flush();
        }
    }

    /// Ends a line of progress.
    public static void progressDone() {
        if (isTerminal()) {
            System.err.print("\r\u001b[K");
            System.err.flush();
        }
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
    }

    /// The innermost reason of a failure, for people.
    public static String reason(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.toString() : at.getMessage();
    }

    /// What failed and why: what was tried and, where it names another failure, its reason.
    public static String whole(Throwable failure) {
        String tried = failure.getMessage();
        String reason = reason(failure);
        if (tried == null) {
            return reason;
        }
        return tried.contains(reason) ? tried : tried + ": " + reason;
    }

    /// A row of aligned columns.
    public static String row(int[] widths, @Nullable Object... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = String.valueOf(cells[i]);
            line.append(cell);
            if (i < cells.length - 1) {
                line.append(" ".repeat(Math.max(1, widths[i] - cell.length())));
            }
        }
        return line.toString();
    }

    /// Reads JSON from another process of ours.
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String json) {
        return JSON.readValue(json, Map.class);
    }

    private static void print(PrintStream stream, String line) {
        stream.println(line);
        stream.flush();
    }
}
