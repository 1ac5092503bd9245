package network.dchat.testnet.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Map;
import network.dchat.testnet.house.breach.gossip.UsesAnotherCore;
import network.dchat.testnet.house.breach.mailbox.Clean;
import network.dchat.testnet.house.breach.mailbox.KnowsFrameworks;
import network.dchat.testnet.house.breach.mailbox.SeesTheWorld;
import network.dchat.testnet.house.breach.relay.CountsInStatic;
import network.dchat.testnet.house.breach.relay.UsesAnotherService;
import network.dchat.testnet.house.breach.unlisted.Homeless;
import org.junit.jupiter.api.Test;

/// Each rule of the architecture finds the classes that were written to break it.
class ArchitectureRulesTest {
    private static final ArchitectureRules RULES = new ArchitectureRules(
            "network.dchat.testnet.house.breach.");
    private static final Map<String, List<String>> TABLE = ArchitectureRules.table();
    private static final JavaClasses ALL = new ClassFileImporter()
            .importPackages("network.dchat.testnet.house.breach");

    @Test
    void findsACoreThatUsesAnotherOne() {
        assertFound(keepsToTheTable("gossip"), UsesAnotherCore.class);
    }

    @Test
    void findsAServiceThatUsesAnotherOne() {
        assertFound(keepsToTheTable("relay"), UsesAnotherService.class);
    }

    @Test
    void findsEachFrameworkInACore() {
        for (Class<?> breach : KnowsFrameworks.class.getDeclaredClasses()) {
            assertFound(RULES.coresKnowNoFramework(), breach);
        }
    }

    @Test
    void findsEachLookAtTheWorldInACore() {
        assertThat(SeesTheWorld.class.getDeclaredClasses()).hasSize(13);
        for (Class<?> breach : SeesTheWorld.class.getDeclaredClasses()) {
            assertFound(RULES.coresSeeNothingOfTheWorld(), breach);
        }
    }

    @Test
    void findsStaticsThatChange() {
        assertFound(RULES.nothingStaticChanges(), CountsInStatic.class);
    }

    @Test
    void findsClassesOfAModuleThatTheTableDoesNotName() {
        assertFound(RULES.everyClassHasAModule(), Homeless.class);
    }

    @Test
    void leavesACleanMachineAlone() {
        JavaClasses clean = new ClassFileImporter().importClasses(Clean.class);
        for (ArchRule rule : List.of(keepsToTheTable("mailbox"), RULES.coresKnowNoFramework(),
                RULES.coresSeeNothingOfTheWorld(), RULES.nothingStaticChanges(),
                RULES.everyClassHasAModule())) {
            assertThat(rule.evaluate(clean).hasViolation()).as(rule.getDescription()).isFalse();
        }
    }

    /// A rule that looks at nothing must not pass.
    @Test
    void complainsWhenThereIsNothingToLookAt() {
        JavaClasses nothing = new ClassFileImporter().importClasses(String.class);
        for (ArchRule rule : List.of(keepsToTheTable("mailbox"), RULES.coresKnowNoFramework(),
                RULES.coresSeeNothingOfTheWorld(), RULES.nothingStaticChanges(),
                RULES.everyClassHasAModule())) {
            assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.check(nothing))
                    .withMessageContaining("failed to check any classes");
        }
    }

    private static ArchRule keepsToTheTable(String module) {
        return RULES.keepsToTheTable(module, TABLE.getOrDefault(module, List.of()));
    }

    private static void assertFound(ArchRule rule, Class<?> breach) {
        EvaluationResult result = rule.evaluate(ALL);
        assertThat(result.getFailureReport().getDetails()).as(rule.getDescription())
                .anyMatch(line -> line.contains(breach.getName()));
    }
}
