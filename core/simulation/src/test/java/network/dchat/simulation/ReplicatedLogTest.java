package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.simulation.ReplicatedLog.Effect;
import network.dchat.simulation.ReplicatedLog.Flaw;
import network.dchat.simulation.ReplicatedLog.Input;
import network.dchat.simulation.ReplicatedLog.Message;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The example test: a toy replicated log under all faults, and proof that its flaws are found.
class ReplicatedLogTest {
    private static final List<String> NODES = List.of("a", "b", "c");
    private static final int APPENDS = 30;
    private static final int FAULTY_MILLIS = 3_000;

    @Seeds(count = 200)
    void committedValuesAreDurableOnMostNodesAndAllNodesAgreeInTheEnd(Seed seed) {
        run(seed, Flaw.NONE);
    }

    @Seeds(count = 50)
    void sameSeedGivesTheSameTraceToTheLastByte(Seed seed) {
        Replay.assertIdentical(seed, again -> run(again, Flaw.NONE));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void findsTheFlaw(Flaw flaw) {
        Optional<SimulationFailure> found = Optional.empty();
        for (long seed = 1; seed <= 200 && found.isEmpty(); seed++) {
            found = failure(Seed.of(seed), flaw);
        }
        assertThat(found).isPresent();
        assertThat(found.get()).hasMessageContainingAll("seed ", "event ", "replay: ",
                "-Dsimulation.seed=", "last lines:\n", " a ");
    }

    private static Optional<SimulationFailure> failure(Seed seed, Flaw flaw) {
        try {
            run(seed, flaw);
            return Optional.empty();
        } catch (SimulationFailure found) {
            return Optional.of(found);
        }
    }

    private static void run(Seed seed, Flaw flaw) {
        Generator draws = seed.generator();
        Simulation<Message, Input> simulation = new Simulation<>(seed,
                SimulationSettings.swarm(draws));
        NODES.forEach(
                node -> simulation.add(node, boot -> new ReplicatedLogMachine(boot, NODES, flaw)));

        List<String> committed = new ArrayList<>();
        simulation.observe((_, observation) -> {
            if (observation instanceof Effect.Committed(int index, String value)) {
                if (index == committed.size()) {
                    committed.add(value);
                }
                assertThat(committed.get(index)).isEqualTo(value);
            }
        });
        simulation.invariant("committed values are durable on most nodes", () -> {
            for (int index = 0; index < committed.size(); index++) {
                if (holders(simulation, index, committed.get(index)) < 2) {
                    throw new AssertionError("value " + committed.get(index) + " at " + index);
                }
            }
        });

        simulation.unleash(FaultPlan.swarm(draws, Duration.ofMillis(FAULTY_MILLIS), 1));
        for (int i = 0; i < APPENDS; i++) {
            String value = "value " + i;
            simulation.after(draws.evenly(0, FAULTY_MILLIS),
                    () -> simulation.feed("a", _ -> new Input.Append(value)));
        }
        simulation.runFor(FAULTY_MILLIS);
        simulation.runUntil("all nodes hold the leader's log, and all of it is committed", 20_000,
                () -> committed.size() == log(simulation, "a").size()
                        && log(simulation, "a").equals(log(simulation, "b"))
                        && log(simulation, "a").equals(log(simulation, "c")));
    }

    private static int holders(Simulation<?, ?> simulation, int index, String value) {
        int count = 0;
        for (String node : NODES) {
            List<Octets> log = log(simulation, node);
            if (index < log.size() && log.get(index).equals(Octets.ofText(value))) {
                count++;
            }
        }
        return count;
    }

    private static List<Octets> log(Simulation<?, ?> simulation, String node) {
        return simulation.disk(node).contents().log(ReplicatedLogMachine.LOG);
    }
}
