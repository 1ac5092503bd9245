package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class SeedsExtensionTest {
    private static final List<String> PROPERTIES = List.of("simulation.seed", "simulation.seeds",
            "simulation.first", "simulation.trace");
    private static final List<Long> RAN = new ArrayList<>();

    private final Map<String, String> before = new HashMap<>();

    /// Run by these tests only.
    static class Fixture {
        @Seeds(count = 10)
        void passes(long seed) {
            RAN.add(seed);
        }

        @Seeds(count = 3, first = 100)
        void takesAll(Seed seed, @TempDir Path folder, Generator draws, SplittableRandom random,
                long value) {
            assertThat(seed.value()).isEqualTo(value);
            assertThat(draws).isSameAs(seed.generator());
            assertThat(random.nextLong()).isEqualTo(new SplittableRandom(value).nextLong());
            assertThat(folder).isDirectory();
            RAN.add(value);
        }

        @Seeds(count = 10)
        void failsAtSeven(Seed seed) {
            RAN.add(seed.value());
            Simulation<String, String> simulation = new Simulation<>(seed,
                    SimulationSettings.defaults());
            simulation.add("node", Probe.listener(new ArrayList<>()));
            simulation.runFor(1);
            assertThat(seed.value()).as("seed").isNotEqualTo(7);
        }
    }

    @BeforeEach
    void forgetProperties() {
        RAN.clear();
        for (String property : PROPERTIES) {
            String value = System.clearProperty(property);
            if (value != null) {
                before.put(property, value);
            }
        }
    }

    @AfterEach
    void restoreProperties() {
        PROPERTIES.forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }

    @Test
    void runsAllSeedsAndReportsOneTest() {
        TestExecutionSummary summary = run("passes", "long");
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
        assertThat(RAN).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void givesEveryKindOfParameter() {
        TestExecutionSummary summary = run("takesAll",
                Seed.class.getName() + "," + Path.class.getName() + "," + Generator.class.getName()
                        + "," + SplittableRandom.class.getName() + ",long");
        assertThat(summary.getFailures()).isEmpty();
        assertThat(RAN).containsExactly(100L, 101L, 102L);
    }

    @Test
    void failureNamesTheSeedItsTraceAndTheCommand() {
        TestExecutionSummary summary = run("failsAtSeven", Seed.class.getName());
        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
        assertThat(RAN).hasSize(7);
        assertThat(summary.getFailures().getFirst().getException())
                .isInstanceOf(SimulationFailure.class).hasMessageContaining("[seed]")
                .hasMessageContaining("\nseed 7\n").hasMessageContaining("node boots 1")
                .hasMessageContaining("replay: ./mvnw -pl core/simulation test "
                        + "-Dtest='SeedsExtensionTest$Fixture#failsAtSeven' "
                        + "-Dsimulation.seed=7\n");
    }

    @Test
    void propertyRunsOneSeedAlone() {
        System.setProperty("simulation.seed", "4711");
        run("passes", "long");
        assertThat(RAN).containsExactly(4711L);
        RAN.clear();
        System.setProperty("simulation.seed", Long.toString(Long.MAX_VALUE));
        run("passes", "long");
        assertThat(RAN).containsExactly(Long.MAX_VALUE);
    }

    @Test
    void propertiesChangeCountAndBeginning() {
        System.setProperty("simulation.seeds", "2");
        System.setProperty("simulation.first", "50");
        run("passes", "long");
        assertThat(RAN).containsExactly(50L, 51L);
    }

    @Test
    void malformedPropertyFailsTheTest() {
        System.setProperty("simulation.seed", "many");
        TestExecutionSummary summary = run("passes", "long");
        assertThat(summary.getFailures().getFirst().getException())
                .hasMessage("simulation.seed: many (expected: a number)");
        assertThat(RAN).isEmpty();
    }

    @Test
    void propertyChangesHowManyLinesAFailureShows() {
        System.setProperty("simulation.trace", "1");
        assertThat(talk()).hasMessageContaining("shows two").hasMessageNotContaining("shows one");
        System.setProperty("simulation.trace", "2");
        assertThat(talk()).hasMessageContaining("shows two").hasMessageContaining("shows one");
        System.setProperty("simulation.trace", "0");
        assertThatThrownBy(SeedsExtensionTest::talk)
                .hasMessage("simulation.trace: 0 (expected: 1 to 1000000)");
    }

    private static SimulationFailure talk() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(1),
                SimulationSettings.defaults());
        simulation.add("a", Probe.of(new ArrayList<>(),
                _ -> List.of(Action.observe("one"), Action.observe("two"))));
        simulation.runFor(1);
        return simulation.failure("shown");
    }

    private static TestExecutionSummary run(String method, String parameterTypes) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Fixture.class, method, parameterTypes))
                .configurationParameter(LauncherConstants.STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME,
                        "false")
                .build();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }
}
