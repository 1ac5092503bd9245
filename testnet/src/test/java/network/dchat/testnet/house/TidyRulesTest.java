package network.dchat.testnet.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule of tidiness lets its limit pass and finds what is over it.
class TidyRulesTest {
    private static final String SHIPPED = "core/x/src/main/java/X.java";
    private static final String TEST = "core/x/src/test/java/X.java";

    @Test
    void findsLongLines() {
        assertThat(LineRules.tooLong(source("x".repeat(100)))).isEmpty();
        assertThat(LineRules.tooLong(source("\n" + "x".repeat(101))))
                .containsExactly(SHIPPED + ":2 has 101 columns");
        for (String kept : List.of("import ", "/// https://")) {
            assertThat(LineRules.tooLong(source(kept + "x".repeat(100)))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"// TO" + "DO later", "Thread.sl" + "eep(1);", "@Dis" + "abled",
            "import org.mock" + "ito.Mock;", "items.parallel" + "Stream()", "new Ran" + "dom()",
            "import mod" + "ule java.base;", "Thread" + "Local<String> x;"})
    void findsWhatTheHouseBans(String line) {
        assertThat(LineRules.banned(source("// before\n" + line))).singleElement().asString()
                .startsWith(SHIPPED + ":2 uses ");
        assertThat(LineRules.banned(source("// " + line.charAt(0)))).isEmpty();
    }

    @Test
    void findsLongClasses() {
        assertThat(broken("/// A class.\npublic class X {" + "\n".repeat(599) + "}")).isEmpty();
        assertThat(broken("/// A class.\npublic class X {" + "\n".repeat(600) + "}"))
                .containsExactly(SHIPPED + ":2 class X has lines: 601 (at most 600)");
    }

    @Test
    void findsLongMethods() {
        assertThat(broken("class X {\nvoid run() {" + "\n".repeat(69) + "}\n}")).isEmpty();
        assertThat(broken("class X {\nvoid run() {" + "\n".repeat(70) + "}\n}"))
                .containsExactly(SHIPPED + ":2 method run has lines: 71 (at most 70)");
    }

    @Test
    void findsConstructorsWithManyArguments() {
        assertThat(broken("class X { X(int a, int b, int c, int d, int e, int f, int g) {} }"))
                .isEmpty();
        assertThat(
                broken("class X { X(int a, int b, int c, int d, int e, int f, int g, int h) {} }"))
                .containsExactly(SHIPPED + ":1 constructor has arguments: 8 (at most 7)");
    }

    @Test
    void findsPublicTypesWithoutDocumentation() {
        assertThat(broken("/// What it is.\npublic interface X {}")).isEmpty();
        assertThat(broken("interface X {}")).isEmpty();
        assertThat(broken("// A remark.\npublic interface X {}"))
                .containsExactly(SHIPPED + ":2 class X is public and has no documentation");
        assertThat(ShapeRules.broken(List.of(new Source(TEST, "public class X {}")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LinkManager", "Helper", "StringUtil", "StringUtils", "StoreImpl",
            "UserData", "UserInfo"})
    void findsNamesThatSayNothing(String name) {
        assertThat(broken("class " + name + " {}"))
                .containsExactly(SHIPPED + ":1 class " + name + " has a name that says nothing");
        assertThat(broken("class " + name + "s1 {} class PeerKeyManager {}")).isEmpty();
    }

    @Test
    void findsRecordsWithBareBytes() {
        assertThat(broken("record X(byte[] bytes) {}"))
                .containsExactly(SHIPPED + ":1 record X holds a bare byte[]: bytes");
        assertThat(broken("record X(int size) { private static final byte[] NONE = {}; }"))
                .isEmpty();
    }

    private static Source source(String text) {
        return new Source(SHIPPED, text);
    }

    private static List<String> broken(String text) {
        return ShapeRules.broken(List.of(source(text)));
    }
}
