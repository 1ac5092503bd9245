package network.dchat.testnet.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The dependency table of `docs/ARCHITECTURE.md` and the purity of cores.
class ArchitectureTest {
    private static final String ROOT = "network.dchat.";
    private static final List<String> CORES = List.of("identity", "erasure", "simulation", "ledger",
            "gossip", "dht", "peers", "session", "consensus", "mailbox", "mesh");
    private static final List<String> SERVICES = List.of("validator", "relay", "discovery",
            "storage", "gateway", "client");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("network.dchat");

    @Test
    void seesEveryModule() {
        for (String module : modules().keySet()) {
            assertThat(CLASSES.stream()
                    .filter(found -> found.getPackageName().startsWith(ROOT + module)))
                    .as("classes of %s", module).isNotEmpty();
        }
    }

    @Test
    void modulesUseOnlyWhatTheTableAllows() {
        modules().forEach((module, allowed) -> {
            List<String> permitted = new ArrayList<>(List.of(ROOT + module + ".."));
            allowed.forEach(other -> permitted.add(ROOT + other + ".."));
            noClasses().that().resideInAPackage(ROOT + module + "..").should()
                    .dependOnClassesThat(resideInAPackage("network.dchat..")
                            .and(resideOutsideOfPackages(permitted.toArray(String[]::new))))
                    .because("the dependency table lets " + module + " use " + allowed)
                    .check(CLASSES);
        });
    }

    @Test
    void coresKnowNoFramework() {
        noClasses().that().resideInAnyPackage(packages(CORES)).should()
                .dependOnClassesThat(resideInAnyPackage("org.springframework..", "io.grpc..",
                        "io.netty..", "reactor..", "org.apache.kafka..", "java.sql..",
                        "javax.sql..", "com.fasterxml.jackson.."))
                .because("a core is pure").check(CLASSES);
    }

    @Test
    void coresReadNoClockThreadRandomSourceFileOrSocket() {
        List<String> machines = CORES.stream().filter(core -> !"simulation".equals(core)).toList();
        noClasses().that().resideInAnyPackage(packages(machines)).should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.net..",
                        "java.nio.channels..", "java.util.concurrent.locks.."))
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.lang.Thread")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
                .orShould().dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom").orShould()
                .dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom")
                .orShould().callMethod(System.class, "currentTimeMillis").orShould()
                .callMethod(System.class, "nanoTime").because("one seed replays a whole network")
                .check(CLASSES);
    }

    private static Map<String, List<String>> modules() {
        Map<String, List<String>> table = new TreeMap<>();
        table.put("wire", List.of());
        table.put("identity", List.of("wire"));
        table.put("erasure", List.of());
        table.put("simulation", List.of());
        for (String core : List.of("ledger", "gossip", "dht", "peers", "session")) {
            table.put(core, List.of("wire", "identity"));
        }
        table.put("consensus", List.of("wire", "identity", "ledger"));
        table.put("mailbox", List.of("wire", "identity", "ledger"));
        table.put("mesh", List.of("wire", "identity", "erasure"));
        table.put("starter", List.of("wire", "identity", "gossip", "dht", "peers"));
        List<String> services = new ArrayList<>(CORES);
        table.put("meshaccess", List.of("wire", "identity", "erasure", "mesh", "peers", "starter"));
        services.addAll(List.of("wire", "starter", "meshaccess"));
        SERVICES.forEach(service -> table.put(service, services));
        return table;
    }

    private static String[] packages(List<String> modules) {
        return modules.stream().map(module -> ROOT + module + "..").toArray(String[]::new);
    }
}
