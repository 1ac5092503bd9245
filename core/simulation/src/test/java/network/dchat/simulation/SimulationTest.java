package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private final List<String> happenings = new ArrayList<>();

    @Test
    void runsEventsOfTheSameTimeInTheOrderInWhichTheyWereScheduled() {
        Simulation<String, String> simulation = simulation(1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            simulation.after(i % 2, () -> order.add(number));
        }
        simulation.runFor(1);
        assertThat(order).hasSize(100);
        assertThat(order.subList(0, 50)).isSorted().allMatch(number -> number % 2 == 0);
        assertThat(order.subList(50, 100)).isSorted();
    }

    @Test
    void timePassesOnlyAsFarAsItIsTold() {
        Simulation<String, String> simulation = simulation(1);
        simulation.after(10, () -> happenings.add("late"));
        simulation.runFor(9);
        assertThat(happenings).isEmpty();
        assertThat(simulation.nowMillis()).isEqualTo(Node.EPOCH_MILLIS + 9);
        simulation.runFor(1);
        assertThat(happenings).containsExactly("late");
        assertThat(simulation.elapsedNanos()).isEqualTo(10_000_000);
    }

    @Test
    void differentSeedsGiveDifferentRuns() {
        TreeSet<Long> fingerprints = new TreeSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            fingerprints.add(chatter(seed).fingerprint());
            assertThat(chatter(seed).fingerprint()).isEqualTo(chatter(seed).fingerprint());
        }
        assertThat(fingerprints).hasSize(50);
    }

    @Test
    void drawsOfTheTestDoNotDisturbTheWorld() {
        Simulation<String, String> drawn = simulation(1);
        drawn.random().bytes(1000);
        talk(drawn);
        assertThat(drawn.fingerprint()).isEqualTo(chatter(1).fingerprint());
    }

    @Test
    void brokenInvariantNamesSeedTimeEventTraceAndReplay() {
        Simulation<String, String> simulation = simulation(42);
        simulation.add("a",
                Probe.of(happenings,
                        happening -> happening.equals("start")
                                ? List.of(Action.setTimer("t", 5, _ -> "elapsed"))
                                : List.of()));
        simulation.invariant("nothing elapses",
                () -> assertThat(happenings).as("happenings").doesNotContain("elapsed"));
        assertThatThrownBy(() -> simulation.runFor(10)).isInstanceOf(SimulationFailure.class)
                .hasMessageStartingWith("invariant \"nothing elapses\" broken: [happenings]")
                .hasMessageContaining("seed 42, at 5.000000 ms, event 2\n")
                .hasMessageContaining("replay: -Dsimulation.seed=42\n")
                .hasMessageContaining("last faults:\n  0.000000 ms #1 a boots 1\n")
                .hasMessageEndingWith("  5.000000 ms #2 a elapsed elapsed\n");
    }

    @Test
    void invariantsAreCheckedAfterEveryEvent() {
        Simulation<String, String> simulation = simulation(1);
        List<Long> checked = new ArrayList<>();
        simulation.invariant("seen", () -> checked.add(simulation.events()));
        talk(simulation);
        assertThat(checked).hasSize((int) simulation.events()).startsWith(1L, 2L, 3L);
    }

    @Test
    void exceptionOfAMachineFailsTheRun() {
        Simulation<String, String> simulation = simulation(1);
        simulation.add("a", Probe.of(happenings, _ -> {
            throw new IllegalStateException("impossible");
        }));
        assertThatThrownBy(() -> simulation.runFor(1)).isInstanceOf(SimulationFailure.class)
                .hasMessageStartingWith(
                        "an event threw java.lang.IllegalStateException: impossible")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void observerMayFailTheRun() {
        Simulation<String, String> simulation = simulation(1);
        simulation.observe((node, observation) -> {
            throw new AssertionError(node + " showed " + observation);
        });
        simulation.add("a", Probe.of(happenings, _ -> List.of(Action.observe("a lie"))));
        assertThatThrownBy(() -> simulation.runFor(1)).isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a showed a lie");
    }

    @Test
    void missedGoalFailsTheRun() {
        Simulation<String, String> simulation = simulation(1);
        assertThatThrownBy(() -> simulation.runUntil("pigs fly", 1000, () -> false))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageStartingWith("goal missed within 1000 ms: pigs fly\nseed 1, at 1000.0");
        simulation.after(10, () -> happenings.add("flew"));
        simulation.runUntil("pigs fly", 1000, () -> happenings.contains("flew"));
        assertThat(simulation.elapsedNanos()).isEqualTo(1_010_000_000);
    }

    @Test
    void runawayFailsTheRun() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(1),
                SimulationSettings.defaults().withMaximumEvents(1000));
        simulation.add("a", Probe.of(happenings, _ -> List.of(Action.feed(_ -> "again"))));
        assertThatThrownBy(() -> simulation.runFor(1)).isInstanceOf(SimulationFailure.class)
                .hasMessageStartingWith("runaway: 1000 events");
    }

    @Test
    void failureShowsTheLastLinesAlone() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(1),
                SimulationSettings.defaults().withTraceLines(3));
        talk(simulation);
        assertThat(simulation.failure("x").toString().lines().toList()).hasSize(4 + 4 + 3);
    }

    @Test
    void replayFindsWhatDoesNotFollowFromTheSeed() {
        List<String> kept = new ArrayList<>();
        assertThatThrownBy(() -> Replay.assertIdentical(Seed.of(9), seed -> {
            kept.add("x");
            Simulation<String, String> simulation = new Simulation<>(seed,
                    SimulationSettings.defaults());
            simulation.add("a", Probe.of(happenings, _ -> List.of(Action.observe(kept.size()))));
            simulation.runFor(1);
        })).isInstanceOf(AssertionError.class).hasMessageContaining("seed 9 gave two runs, line 2")
                .hasMessageContaining("a shows 1\n").hasMessageEndingWith("a shows 2");
    }

    /// Reported with its time: the time of a million events.
    @Test
    void runsAMillionEvents() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(1),
                SimulationSettings.swarm(Seed.of(1).generator()));
        for (int i = 0; i < 20; i++) {
            int next = (i + 1) % 20;
            simulation.add("node " + i,
                    Probe.of(new Forgetful(),
                            happening -> happening.startsWith("elapsed")
                                    ? List.of(Action.setTimer("t", 10, _ -> "elapsed"),
                                            Action.send("node " + next, "m"), Action.observe("o"))
                                    : List.of(Action.setTimer("t", 1, _ -> "elapsed"))));
        }
        while (simulation.events() < 1_000_000) {
            simulation.runFor(1000);
        }
        assertThat(simulation.network().delivered()).isGreaterThan(100_000);
    }

    private static Simulation<String, String> simulation(long seed) {
        return new Simulation<>(Seed.of(seed), SimulationSettings.defaults());
    }

    private Simulation<String, String> chatter(long seed) {
        Simulation<String, String> simulation = simulation(seed);
        talk(simulation);
        return simulation;
    }

    /// Three nodes greet each other at their start.
    private void talk(Simulation<String, String> simulation) {
        for (String node : List.of("a", "b", "c")) {
            simulation.add(node, Probe.of(happenings,
                    happening -> happening.equals("start")
                            ? List.of("a", "b", "c").stream().map(SimulationTest::greet).toList()
                            : List.of()));
        }
        simulation.runUntilIdle(1000);
    }

    private static Action<String, String> greet(String to) {
        return Action.send(to, "hello");
    }

    /// A list that keeps nothing.
    private static final class Forgetful extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean add(String item) {
            return true;
        }
    }
}
