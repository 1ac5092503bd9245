package network.dchat.consensus;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import network.dchat.simulation.Seed;
import network.dchat.simulation.SimulationSettings;
import org.junit.jupiter.api.Test;

/// A part of the suite that a core must pass, mutant or not.
enum Trial {
    /// Simulated networks with faults.
    WEATHER(() -> seeds(4, Set.of())),
    /// Simulated networks with faults and one that lies.
    LIES(() -> seeds(12, Set.of("v1"))),
    /// An attack on those who have locked.
    LOCKS(() -> LockAttack.run(parts())),
    /// The same with a polka that never was.
    FALSE_POLKA(() -> LockAttack.runWithFalsePolka(parts())),
    /// A crash before each action.
    RESTARTS(Trial::restarts),
    /// Evidence of equivocation.
    EVIDENCE_RULES(() -> tests(EvidencePoolTest.class)),
    /// How transactions wait.
    MEMPOOL_RULES(() -> tests(MempoolTest.class)),
    /// Hostile peers, one message at a time.
    HOSTILE_PEERS(() -> tests(HostilePeersTest.class)),
    /// Who is asked for blocks.
    CATCH_UP_RULES(() -> tests(CatchUpTest.class)),
    /// A node far behind.
    CATCHING_UP(() -> tests(CatchingUpTest.class)),
    /// Coming back with log and guard.
    RESTART_RULES(() -> tests(RestartTest.class)),
    /// The rules of the sign guard.
    GUARD_RULES(() -> tests(SignGuardTest.class)),
    /// The paper's rules, one at a time.
    ROUND_RULES(() -> tests(RoundMachineTest.class)),
    /// How votes count.
    VOTE_RULES(() -> tests(VoteKeeperTest.class)),
    /// What a commit holds.
    COMMIT_RULES(() -> tests(CommitsTest.class));

    /// Runs the trial of a name and answers what failed, empty when nothing did. Reached from
    /// outside through [Function], because a mutant lives in a class loader of its own.
    public static final class Runner implements Function<String, String> {
        @Override
        public String apply(String trial) {
            try {
                return valueOf(trial).run.get();
            } catch (RuntimeException | AssertionError failure) {
                return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
            }
        }
    }

    @FunctionalInterface
    private interface Run {
        String get();
    }

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    private final Run run;

    Trial(Run run) {
        this.run = run;
    }

    private static HeightParts parts() {
        return HeightParts.standard(Timeouts.local(), ConsensusLimits.defaults());
    }

    private static String seeds(int count, Set<String> liars) {
        for (int number = 1; number <= count; number++) {
            Seed seed = Seed.of(9_000 + number);
            try {
                HeightParts lenient = HeightParts.standard(Timeouts.local(),
                        ConsensusLimits.defaults().withoutEvidence());
                new Fleet(seed, SimulationSettings.swarm(seed.generator()), lenient, liars)
                        .weather(seed);
            } catch (RuntimeException | AssertionError failure) {
                return "seed " + seed + ": " + failure.getMessage();
            }
        }
        return "";
    }

    private static String restarts() {
        for (int action = 1; action <= 20; action++) {
            Fleet fleet = new Fleet(Seed.of(action), SimulationSettings.defaults(), parts(),
                    Set.of());
            fleet.load(10, 400);
            fleet.simulation().crashBeforeAction("v0", action, 30);
            fleet.simulation().runUntil("three heights for all", 20_000, () -> fleet.height() >= 3);
            fleet.requireNobodyMuted();
        }
        return "";
    }

    /// Runs the tests of a class, without an engine, in the class loader of this one.
    private static String tests(Class<?> type) {
        List<Method> methods = Stream.of(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName)).toList();
        for (Method method : methods) {
            try {
                var constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                method.setAccessible(true);
                method.invoke(constructor.newInstance());
            } catch (InvocationTargetException failed) {
                return method.getName() + ": " + failed.getCause();
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException("test: cannot be called", broken);
            }
        }
        return methods.isEmpty() ? "no tests" : "";
    }
}
