package network.dchat.testnet.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a line of source may not have.
final class LineRules {
    static final int MOST_COLUMNS = 100;

    /// Split in two, so that this file does not find itself.
    private static final List<Pattern> BANNED = Stream
            .of("TO" + "DO", "FIX" + "ME", "Thread\\.sl" + "eep", "@Dis" + "abled",
                    "import lom" + "bok", "import mod" + "ule", "org\\.mock" + "ito",
                    "net\\.jq" + "wik", "parallel" + "Stream\\(", "Thread" + "Local<",
                    "new Ran" + "dom\\(\\)", "--enable-pre" + "view")
            .map(Pattern::compile).toList();

    private LineRules() {}

    /// Lines over [#MOST_COLUMNS].
    static List<String> tooLong(Source source) {
        return each(source,
                line -> line.length() > MOST_COLUMNS && !mayBeLong(line)
                        ? List.of("has " + line.length() + " columns")
                        : List.of());
    }

    /// Lines with something that the house bans.
    static List<String> banned(Source source) {
        return each(source, line -> BANNED.stream().filter(banned -> banned.matcher(line).find())
                .map(banned -> "uses " + banned).toList());
    }

    private static boolean mayBeLong(String line) {
        return line.startsWith("import ") || line.contains("http");
    }

    private static List<String> each(Source source, Check check) {
        List<String> broken = new ArrayList<>();
        List<String> lines = source.lines();
        for (int i = 0; i < lines.size(); i++) {
            for (String complaint : check.of(lines.get(i))) {
                broken.add(source.getName() + ":" + (i + 1) + " " + complaint);
            }
        }
        return broken;
    }

    @FunctionalInterface
    private interface Check {
        List<String> of(String line);
    }
}
