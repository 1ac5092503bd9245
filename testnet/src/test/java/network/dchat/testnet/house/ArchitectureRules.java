package network.dchat.testnet.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The dependency table of `docs/ARCHITECTURE.md` and the purity of cores, as rules over classes.
final class ArchitectureRules {
    private static final List<String> CORES = List.of("identity", "erasure", "simulation", "ledger",
            "gossip", "dht", "peers", "session", "consensus", "mailbox", "mesh");
    private static final List<String> SERVICES = List.of("validator", "relay", "discovery",
            "storage", "gateway", "client");
    private static final List<String> GENERATED = List.of("wire");

    private static final String[] FRAMEWORKS = {"org.springframework..", "io.grpc..", "io.netty..",
            "reactor..", "org.apache.kafka..", "java.sql..", "javax.sql..", "org.postgresql..",
            "com.fasterxml.jackson..", "tools.jackson..", "io.micrometer..", "org.slf4j.."};
    private static final String[] WORLD = {"java.nio.file..", "java.nio.channels..", "java.net..",
            "javax.net..", "java.lang.reflect..", "java.util.logging.."};
    private static final Set<String> WORLDLY = Set.of("java.lang.Thread", "java.lang.ThreadLocal",
            "java.lang.Process", "java.lang.ProcessBuilder", "java.util.Timer", "java.util.Random",
            "java.util.Scanner", "java.util.ServiceLoader", "java.time.Clock",
            "java.security.SecureRandom", "java.io.File", "java.io.RandomAccessFile",
            "java.io.FileInputStream", "java.io.FileOutputStream", "java.io.FileReader",
            "java.io.FileWriter", "java.io.FileDescriptor", "java.io.ObjectInputStream",
            "java.io.ObjectOutputStream");
    /// What comes out of these differs from run to run, or waits.
    private static final Set<String> UNSEEDED = Set.of("java.lang.System.currentTimeMillis()",
            "java.lang.System.nanoTime()", "java.lang.System.identityHashCode(java.lang.Object)",
            "java.lang.System.getenv()", "java.lang.System.getenv(java.lang.String)",
            "java.lang.System.getProperty(java.lang.String)",
            "java.lang.System.getProperty(java.lang.String, java.lang.String)",
            "java.lang.Math.random()", "java.util.UUID.randomUUID()",
            "java.util.Collections.shuffle(java.util.List)", "java.util.SplittableRandom.<init>()",
            "java.security.KeyPairGenerator.generateKeyPair()",
            "java.security.KeyPairGenerator.genKeyPair()",
            "javax.crypto.KeyGenerator.generateKey()", "java.lang.Object.wait()",
            "java.lang.Object.wait(long)");
    private static final String CONCURRENT = "java.util.concurrent";

    private final String root;

    /// @param root the package that holds a package for each module, with a dot at its end
    ArchitectureRules(String root) {
        this.root = root;
    }

    /// Each module and what it may use besides itself.
    static Map<String, List<String>> table() {
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
        table.put("starter", List.of("wire", "identity", "ledger", "gossip", "dht", "peers"));
        table.put("meshaccess", List.of("wire", "identity", "erasure", "mesh", "peers", "starter"));
        List<String> services = new ArrayList<>(CORES);
        services.addAll(List.of("wire", "starter", "meshaccess"));
        SERVICES.forEach(service -> table.put(service, services));
        return table;
    }

    /// Whether a class belongs to a module: `mesh` is not `meshaccess`.
    boolean isOf(String module, JavaClass type) {
        return type.getPackageName().equals(root + module)
                || type.getPackageName().startsWith(root + module + ".");
    }

    /// One module keeps to the table.
    ArchRule keepsToTheTable(String module, List<String> allowed) {
        List<String> permitted = new ArrayList<>(List.of(root + module + ".."));
        allowed.forEach(other -> permitted.add(root + other + ".."));
        return noClasses().that().resideInAPackage(root + module + "..").should()
                .dependOnClassesThat(resideInAPackage(root + ".")
                        .and(resideOutsideOfPackages(permitted.toArray(String[]::new))))
                .because("the dependency table lets " + module + " use " + allowed);
    }

    ArchRule coresKnowNoFramework() {
        return noClasses().that().resideInAnyPackage(packages(CORES)).should()
                .dependOnClassesThat(resideInAnyPackage(FRAMEWORKS)).because("a core is pure");
    }

    /// No clock, thread, lock, random source, file, socket, reflection or environment.
    ArchRule coresSeeNothingOfTheWorld() {
        return noClasses().that().resideInAnyPackage(packages(machines())).should()
                .dependOnClassesThat(resideInAnyPackage(WORLD)).orShould()
                .dependOnClassesThat(worldly()).orShould().accessTargetWhere(unseeded())
                .because("one seed replays a whole network");
    }

    /// Many nodes share one process.
    ArchRule nothingStaticChanges() {
        return noFields().that()
                .areDeclaredInClassesThat(resideInAPackage(root + ".")
                        .and(resideOutsideOfPackages(packages(GENERATED))))
                .should().beStatic().andShould().notBeFinal()
                .because("many nodes share one process");
    }

    /// Every class is in a module that the table names.
    ArchRule everyClassHasAModule(String... others) {
        List<String> modules = new ArrayList<>(table().keySet());
        modules.addAll(List.of(others));
        return classes().that().resideInAPackage(root + ".").should()
                .resideInAnyPackage(packages(modules))
                .because("a module without a row in the table would keep to no rule");
    }

    private static List<String> machines() {
        return CORES.stream().filter(core -> !"simulation".equals(core)).toList();
    }

    private static DescribedPredicate<JavaClass> worldly() {
        return DescribedPredicate.describe("are of the world outside", type -> {
            boolean concurrent = type.getPackageName().startsWith(CONCURRENT)
                    && !type.getFullName().equals(CONCURRENT + ".TimeUnit");
            return concurrent || WORLDLY.contains(type.getFullName());
        });
    }

    /// Calls and method references alike.
    private static DescribedPredicate<JavaAccess<?>> unseeded() {
        return DescribedPredicate.describe("differs from run to run", access -> {
            String owner = access.getTargetOwner().getFullName();
            boolean time = owner.startsWith("java.time.") && access.getName().equals("now");
            return time || UNSEEDED.contains(access.getTarget().getFullName());
        });
    }

    private String[] packages(List<String> modules) {
        return modules.stream().map(module -> root + module + "..").toArray(String[]::new);
    }
}
