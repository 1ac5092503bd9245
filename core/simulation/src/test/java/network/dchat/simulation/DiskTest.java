package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DiskTest {
    private static final String LOG = "log";

    @Test
    void holdsLogsAndFiles() {
        Disk disk = disk(Seed.of(1), Tearing.RECORDS);
        force(disk, append("one"), append("two"), append("three"), Write.truncate(LOG, 2),
                replace("file", "old"), replace("file", "new"), replace("gone", "x"),
                Write.remove("gone"), Write.append("other", new byte[1]), Write.remove("other"));

        assertThat(texts(disk)).containsExactly("one", "two");
        assertThat(disk.contents().file("file")).contains(Octets.ofText("new"));
        assertThat(disk.contents().file("gone")).isEmpty();
        assertThat(disk.contents().logs()).containsExactly(LOG);
        assertThat(disk.contents().size()).isEqualTo(9);
    }

    @Test
    void showsNothingThatWasNotForced() {
        Disk disk = disk(Seed.of(1), Tearing.RECORDS);
        disk.write(List.of(append("one")));
        assertThat(disk.contents().isEmpty()).isTrue();
        assertThat(disk.unforced()).isEqualTo(1);
    }

    @Test
    void forcesOnlyWhatWasThereWhenTheForceBegan() {
        Disk disk = disk(Seed.of(1), Tearing.RECORDS);
        Disk.Unit early = disk.write(List.of(append("early")));
        Disk.Unit late = disk.write(List.of(append("late")));
        assertThat(disk.force(1)).isTrue();
        assertThat(early.isDurable()).isTrue();
        assertThat(late.isDurable()).isFalse();
        assertThat(texts(disk)).containsExactly("early");
    }

    @Test
    void crashKeepsEveryPrefixOfTheUnforcedPersistsAndNothingElse() {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 1; seed <= 200; seed++) {
            Disk disk = disk(Seed.of(seed), Tearing.TRANSACTIONS);
            force(disk, append("forced"));
            disk.write(List.of(append("a"), append("b"), replace("file", "b")));
            disk.write(List.of(append("c")));
            disk.tear();
            outcomes.add(String.join(" ", texts(disk)) + file(disk));
            assertThat(disk.unforced()).isZero();
        }
        assertThat(outcomes).containsExactlyInAnyOrder("forced", "forced a b/b", "forced a b c/b");
    }

    @Test
    void crashTearsOnePersistByRecordsForEachTargetApart() {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 1; seed <= 400; seed++) {
            Disk disk = disk(Seed.of(seed), Tearing.RECORDS);
            disk.write(List.of(append("a"), append("b"), replace("file", "b")));
            disk.write(List.of(append("c")));
            disk.tear();
            outcomes.add(String.join(" ", texts(disk)) + file(disk));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("", "/b", "a", "a/b", "a b", "a b/b",
                "a b c/b");
    }

    @Test
    void crashCutsTheLastRecordWhereBytesTear() {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 1; seed <= 400; seed++) {
            Disk disk = disk(Seed.of(seed), Tearing.BYTES);
            disk.write(List.of(append("abc"), append("def")));
            disk.tear();
            outcomes.add(String.join(" ", texts(disk)));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("", "a", "ab", "abc", "abc d", "abc de",
                "abc def");
    }

    @Test
    void failedForceLeavesAnUnknownPartAndCallsNothingDurable() {
        Set<String> outcomes = new TreeSet<>();
        for (long seed = 1; seed <= 100; seed++) {
            Disk disk = disk(Seed.of(seed), Tearing.RECORDS);
            Disk.Unit first = disk.write(List.of(append("a")));
            disk.write(List.of(append("b")));
            disk.failForces(1);
            assertThat(disk.force(2)).isFalse();
            assertThat(first.isDurable()).isFalse();
            outcomes.add(String.join(" ", texts(disk)));
            force(disk, append("next"));
            assertThat(texts(disk)).endsWith("next");
        }
        assertThat(outcomes).containsExactlyInAnyOrder("", "a", "a b");
    }

    @Test
    void takesItsCapacityAndNotOneByteMore() {
        Disk disk = disk(Seed.of(1), Tearing.RECORDS);
        disk.capacity(4);
        force(disk, append("four"));
        disk.write(List.of(append("x")));
        assertThat(disk.force(1)).isFalse();
        assertThat(texts(disk)).containsExactly("four");
        disk.heal();
        force(disk, append("x"));
        assertThat(texts(disk)).containsExactly("four", "x");
    }

    @Test
    void losesEverythingWhenWiped() {
        Disk disk = disk(Seed.of(1), Tearing.RECORDS);
        force(disk, append("one"), replace("file", "x"));
        disk.write(List.of(append("two")));
        disk.wipe();
        assertThat(disk.contents().isEmpty()).isTrue();
        assertThat(disk.contents().size()).isZero();
        assertThat(disk.unforced()).isZero();
    }

    @Test
    void refusesImpossibleWrites() {
        assertThatThrownBy(() -> Write.truncate(LOG, -1))
                .hasMessage("length: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> Action.persist(List.of()))
                .hasMessage("writes: none (expected: 1 or more)");
        assertThatThrownBy(() -> Octets.ofText("abc").prefix(4))
                .hasMessage("length: 4 (expected: 0 to 3)");
    }

    private static Disk disk(Seed seed, Tearing tearing) {
        return new Disk(DiskSettings.defaults().withTearing(tearing), seed.generator());
    }

    private static void force(Disk disk, Write... writes) {
        disk.write(List.of(writes));
        assertThat(disk.force(disk.unforced())).isTrue();
    }

    private static Write append(String text) {
        return new Write.Append(LOG, Octets.ofText(text));
    }

    private static Write replace(String file, String text) {
        return new Write.Replace(file, Octets.ofText(text));
    }

    private static List<String> texts(Disk disk) {
        return disk.contents().log(LOG).stream().map(Octets::text).toList();
    }

    private static String file(Disk disk) {
        Optional<Octets> file = disk.contents().file("file");
        return file.map(content -> "/" + content.text()).orElse("");
    }
}
