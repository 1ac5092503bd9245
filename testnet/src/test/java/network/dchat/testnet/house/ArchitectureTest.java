package network.dchat.testnet.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of [ArchitectureRules] over every class of the project.
class ArchitectureTest {
    private static final ArchitectureRules RULES = new ArchitectureRules("network.dchat.");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("network.dchat");

    @Test
    void seesEveryModule() {
        for (String module : ArchitectureRules.table().keySet()) {
            assertThat(CLASSES.stream().filter(type -> RULES.isOf(module, type)))
                    .as("classes of %s", module).hasSizeGreaterThan(2);
        }
    }

    @Test
    void everyClassHasAModule() {
        RULES.everyClassHasAModule("testnet").check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void usesOnlyWhatTheTableAllows(String module) {
        List<String> allowed = ArchitectureRules.table().getOrDefault(module, List.of());
        RULES.keepsToTheTable(module, allowed).check(CLASSES);
    }

    @Test
    void coresKnowNoFramework() {
        RULES.coresKnowNoFramework().check(CLASSES);
    }

    @Test
    void coresReadNoClockThreadRandomSourceFileOrSocket() {
        RULES.coresSeeNothingOfTheWorld().check(CLASSES);
    }

    @Test
    void nothingStaticChanges() {
        RULES.nothingStaticChanges().check(CLASSES);
    }

    private static Set<String> modules() {
        return ArchitectureRules.table().keySet();
    }
}
