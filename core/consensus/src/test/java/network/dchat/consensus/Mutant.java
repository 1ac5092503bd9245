package network.dchat.consensus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A deliberate fault in the core: one passage of its source, which must be there exactly once,
/// and what stands in its place. They lie in `mutants.txt`.
///
/// @param name what the fault does
/// @param source the simple name of the class that is changed
/// @param catches the trial that must catch it
record Mutant(String name, String source, Trial catches, String passage, String replacement) {
    private static final Pattern FORM = Pattern.compile(
            "^== (\\w+) (\\w+) (\\w+)\n(.*?)\n=>\n(.*?)\n?(?=\n==|\\z)",
            Pattern.MULTILINE | Pattern.DOTALL);

    /// All of them.
    static Stream<Mutant> all() {
        try (InputStream stream = Mutant.class.getResourceAsStream("/mutants.txt")) {
            byte[] bytes = Objects.requireNonNull(stream, "mutants.txt").readAllBytes();
            Matcher matcher = FORM.matcher(new String(bytes, StandardCharsets.UTF_8));
            return matcher.results().map(found -> new Mutant(found.group(1), found.group(2),
                    Trial.valueOf(found.group(3)), found.group(4), found.group(5)));
        } catch (IOException unreadable) {
            throw new IllegalStateException("mutants.txt: cannot be read", unreadable);
        }
    }

    /// The changed source.
    String apply(String original) {
        int first = original.indexOf(passage);
        if (first < 0 || original.indexOf(passage, first + 1) >= 0) {
            throw new AssertionError(name + ": passage " + (first < 0 ? "missing" : "ambiguous")
                    + " in " + source + " (expected: exactly once)");
        }
        return original.replace(passage, replacement);
    }

    @Override
    public String toString() {
        return name + " (" + catches + ")";
    }
}
