package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultPlanTest {
    private static final Duration LASTING = Duration.ofSeconds(10);
    private static final FaultPlan.Recurrence OFTEN = new FaultPlan.Recurrence(
            Duration.ofMillis(200), Duration.ofMillis(50), Duration.ofMillis(400));
    private static final Map<Fault, String> SIGNS = Map.of(Fault.CRASH, " crashes",
            Fault.CRASH_BETWEEN_ACTIONS, " crashes before ", Fault.LOST_DISK, " loses its disk",
            Fault.HANG, " hangs", Fault.FAILED_FORCE, " failed to force", Fault.PARTITION,
            "network partition", Fault.ONE_WAY_CUT, " cut from ", Fault.LOSS, " added loss 0.");

    private final List<String> lines = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Fault.class)
    void strikesWithEachFaultAndEndsIt(Fault fault) {
        Simulation<String, String> simulation = simulation(Seed.of(1));
        simulation.unleash(FaultPlan.of(LASTING, 2, fault, OFTEN).withLostDisks(3));
        simulation.runFor(LASTING.toMillis());
        String sign = SIGNS.getOrDefault(fault, "");
        assertThat(lines).filteredOn(line -> line.contains(sign)).hasSizeGreaterThan(2);

        lines.clear();
        simulation.runFor(10_000);
        assertThat(simulation.nodes()).allMatch(simulation::isUp);
        assertThat(simulation.nodes()).noneMatch(simulation::isTroubled);
        for (String word : SIGNS.values()) {
            assertThat(lines).noneMatch(line -> line.contains(word));
        }
        for (String from : simulation.nodes()) {
            assertThat(simulation.nodes()).allMatch(to -> simulation.network().isOpen(from, to));
        }
    }

    @Test
    void keepsToItsLimits() {
        Simulation<String, String> simulation = simulation(Seed.of(2));
        List<Long> away = new ArrayList<>();
        simulation.invariant("spared nodes stay up", () -> {
            away.add(simulation.nodes().stream().filter(simulation::isTroubled).count());
            if (simulation.events() > 10) {
                assertThat(simulation.isUp("a")).isTrue();
            }
        });
        simulation.runFor(100);
        away.clear();
        simulation.unleash(FaultPlan.of(LASTING, 2, Fault.CRASH, OFTEN).with(Fault.HANG, OFTEN)
                .with(Fault.LOST_DISK, OFTEN).withLostDisks(2).sparing(Set.of("a")));
        simulation.runFor(LASTING.toMillis());
        assertThat(away).contains(2L).allMatch(count -> count <= 2);
        assertThat(lines).filteredOn(line -> line.contains(" loses its disk")).hasSize(2);
        assertThat(lines).noneMatch(line -> line.contains(" a hangs"));
    }

    @Test
    void leavesOutWhatIsTakenAway() {
        Simulation<String, String> simulation = simulation(Seed.of(3));
        simulation.unleash(FaultPlan.of(LASTING, 2, Fault.CRASH, OFTEN).with(Fault.HANG, OFTEN)
                .without(Fault.CRASH));
        simulation.runFor(LASTING.toMillis());
        assertThat(lines).noneMatch(line -> line.contains(" crashes"))
                .anyMatch(line -> line.contains(" hangs"));
    }

    @Test
    void swarmDrawsEachFaultForSomeSeedsAndNotForOthers() {
        Set<Fault> seen = EnumSet.noneOf(Fault.class);
        Set<Integer> sizes = new TreeSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            FaultPlan plan = FaultPlan.swarm(Seed.of(seed).generator(), LASTING, 1);
            seen.addAll(plan.recurrences().keySet());
            sizes.add(plan.recurrences().size());
        }
        assertThat(seen).containsExactlyInAnyOrder(Fault.values());
        assertThat(sizes).hasSizeGreaterThan(3);
    }

    @Test
    void refusesImpossibleRecurrences() {
        assertThatThrownBy(
                () -> new FaultPlan.Recurrence(Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .hasMessage("every: PT0S (expected: positive)");
        assertThatThrownBy(() -> new FaultPlan.Recurrence(LASTING, LASTING, Duration.ZERO))
                .hasMessage("longest: PT0S (expected: at least PT10S)");
    }

    /// Five nodes that write and talk all the time.
    private Simulation<String, String> simulation(Seed seed) {
        Simulation<String, String> simulation = new Simulation<>(seed,
                SimulationSettings.defaults());
        simulation.traceTo(lines::add);
        List<String> nodes = List.of("a", "b", "c", "d", "e");
        for (String node : nodes) {
            simulation.add(node,
                    Probe.of(new ArrayList<>(),
                            happening -> happening.startsWith("receives")
                                    ? List.of()
                                    : List.of(Action.append("log", new byte[10]),
                                            Action.setTimer("t", 20, _ -> "elapsed"),
                                            Action.send("a", "hello"), Action.send("b", "hello"))));
        }
        return simulation;
    }
}
