package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The contract between a core and the world, point by point.
class ContractTest {
    private static final Duration FORCE = Duration.ofMillis(10);

    private final List<String> happenings = new ArrayList<>();
    private final List<Object> shown = new ArrayList<>();

    @Test
    void whatFollowsAPersistWaitsInItsOwnListAndInLaterOnes() {
        Simulation<String, String> simulation = started(happening -> switch (happening) {
            case "first" -> List.of(Action.observe("before"), append("x"), Action.observe("own"));
            case "second" -> List.of(Action.observe("later"),
                    Action.unconditional(Action.observe("unconditional")));
            default -> List.of();
        });
        simulation.feed("a", _ -> "first");
        simulation.feed("a", _ -> "second");
        simulation.runFor(9);
        assertThat(shown).containsExactly("before", "unconditional");
        simulation.runFor(1);
        assertThat(shown).containsExactly("before", "unconditional", "own", "later");
        assertThat(simulation.disk("a").contents().log("log")).hasSize(1);
    }

    @Test
    void inputsAreTakenWhileAPersistIsUnderWay() {
        Simulation<String, String> simulation = started(happening -> switch (happening) {
            case "first" -> List.of(append("x"), Action.feed(_ -> "stored"));
            default -> List.of();
        });
        simulation.feed("a", _ -> "first");
        simulation.feed("a", _ -> "second");
        simulation.runFor(20);
        assertThat(happenings).containsExactly("first", "second", "stored");
    }

    @Test
    void oneForceServesAllThatCameWhileAnotherWasUnderWay() {
        Simulation<String, String> simulation = started(happening -> happening.equals("start")
                ? List.of()
                : List.of(append(happening), Action.observe(happening)));
        for (int i = 0; i < 100; i++) {
            String input = "input " + i;
            simulation.feed("a", _ -> input);
        }
        simulation.runFor(10);
        assertThat(shown).containsExactly("input 0");
        simulation.runFor(10);
        assertThat(shown).hasSize(100).startsWith("input 0", "input 1").endsWith("input 99");
        assertThat(simulation.disk("a").forces()).isEqualTo(2);
    }

    @Test
    void nodeMayCrashBetweenAnyTwoActions() {
        Set<String> outcomes = new TreeSet<>();
        for (int count = 1; count <= 6; count++) {
            shown.clear();
            Simulation<String, String> simulation = started(happening -> happening.equals("go")
                    ? List.of(Action.observe("1"), Action.observe("2"), append("x"), append("y"),
                            Action.observe("3"))
                    : List.of());
            simulation.crashBeforeAction("a", count, 50);
            simulation.feed("a", _ -> "go");
            simulation.runFor(40);
            outcomes.add(count + ": " + shown + " " + (simulation.isUp("a") ? "up" : "down"));
            simulation.runFor(50);
            assertThat(simulation.isUp("a")).isTrue();
        }
        assertThat(outcomes).containsExactly("1: [] down", "2: [1] down", "3: [1, 2] down",
                "4: [1, 2] down", "5: [1, 2] down", "6: [1, 2, 3] up");
    }

    @Test
    void crashForgetsEverythingButTheDisk() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(append("kept"), Action.setTimer("t", 30, _ -> "elapsed"),
                        Action.feed(30, _ -> "fed"), Action.call("b", "silence", 40, (_, _) -> "e"))
                : List.of());
        simulation.add("b", Probe.listener(new ArrayList<>()));
        simulation.feed("a", _ -> "go");
        simulation.runFor(11);
        simulation.crash("a");
        assertThat(simulation.isUp("a")).isFalse();
        assertThat(simulation.machine("a", Probe.class)).isEmpty();
        simulation.restart("a", 5);
        simulation.feed("a", _ -> "lost");
        simulation.runFor(100);
        assertThat(happenings).containsExactly("go", "start");
        assertThat(simulation.disk("a").contents().log("log")).hasSize(1);
    }

    @Test
    void restartBuildsTheMachineFromWhatIsDurable() {
        List<Boot> boots = new ArrayList<>();
        Simulation<String, String> simulation = simulation();
        simulation.add("a", boot -> {
            boots.add(boot);
            return new Probe(happening -> happening.equals("start")
                    ? List.of(append("life " + boot.life()))
                    : List.of(), happenings);
        });
        simulation.runFor(20);
        simulation.crash("a");
        simulation.restart("a", 1000);
        simulation.runFor(1020);
        assertThat(boots).extracting(boot -> boot.disk().log("log").size()).containsExactly(0, 1);
        assertThat(boots).extracting(Boot::life).containsExactly(1, 2);
        assertThat(boots).extracting(Boot::seed).doesNotHaveDuplicates();
        assertThat(boots.getLast().nowMillis() - boots.getFirst().nowMillis()).isEqualTo(1020);
    }

    @Test
    void failedPersistDropsWhatWaitsAndRebuildsTheNode() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(append("x"), Action.observe("promised"))
                : List.of());
        simulation.disk("a").failForces(1);
        simulation.feed("a", _ -> "go");
        simulation.feed("a", _ -> "other");
        simulation.runFor(100);
        assertThat(shown).isEmpty();
        assertThat(happenings).containsExactly("go", "other", "start");
        simulation.feed("a", _ -> "go");
        simulation.runFor(100);
        assertThat(shown).containsExactly("promised");
    }

    @Test
    void fullDiskFailsThePersistThatDoesNotFit() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(append("x"), Action.observe("promised"))
                : List.of());
        simulation.disk("a").capacity(1);
        simulation.feed("a", _ -> "go");
        simulation.runFor(100);
        simulation.feed("a", _ -> "go");
        simulation.runFor(100);
        assertThat(shown).containsExactly("promised");
        assertThat(simulation.disk("a").contents().log("log")).hasSize(1);
    }

    @Test
    void lostDiskIsEmptyAtTheNextStart() {
        List<Boolean> empty = new ArrayList<>();
        Simulation<String, String> simulation = simulation();
        simulation.add("a", boot -> {
            empty.add(boot.disk().isEmpty());
            return new Probe(_ -> List.of(append("x")), happenings);
        });
        simulation.runFor(20);
        simulation.crash("a");
        simulation.restart("a", 0);
        simulation.runFor(20);
        simulation.wipe("a");
        simulation.restart("a", 0);
        simulation.runFor(20);
        assertThat(empty).containsExactly(true, false, true);
    }

    @Test
    void timersElapseOnceAreReplacedAndCancelled() {
        Simulation<String, String> simulation = started(happening -> switch (happening) {
            case "go" -> List.of(Action.setTimer("kept", 10, now -> "kept at " + offset(now)),
                    Action.setTimer("moved", 10, _ -> "moved too early"),
                    Action.setTimer("moved", 30, now -> "moved at " + offset(now)),
                    Action.setTimer("cancelled", 10, _ -> "cancelled"),
                    Action.cancelTimer("cancelled"), Action.cancelTimer("never set"),
                    Action.setTimerAt("absolute", Node.EPOCH_MILLIS + 21,
                            now -> "absolute at " + offset(now)));
            default -> List.of();
        });
        simulation.feed("a", _ -> "go");
        simulation.runFor(1000);
        assertThat(happenings).containsExactly("go", "kept at 11", "absolute at 21", "moved at 31");
    }

    @Test
    void callsAreAnsweredExactlyOnce() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(1), SimulationSettings
                .defaults().withNetwork(NetworkSettings.local().withDuplication(1)));
        for (String other : List.of("b", "crashed")) {
            simulation.add(other, Probe.listener(new ArrayList<>()));
        }
        simulation.add("a",
                Probe.of(happenings,
                        happening -> happening.equals("go")
                                ? List.of("b", "crashed", "stranger").stream()
                                        .map(ContractTest::ask).toList()
                                : List.of()));
        simulation.runFor(1);
        simulation.crash("crashed");
        happenings.clear();
        simulation.feed("a", _ -> "go");
        simulation.runUntilIdle(10_000);
        assertThat(happenings).containsExactlyInAnyOrder("go",
                "b: Replied[response=reply to hello]", "crashed: Refused[]", "stranger: Refused[]");
    }

    @Test
    void callsTimeOutWhenTheReplyOrTheRequestIsLost() {
        for (boolean requestIsLost : new boolean[]{true, false}) {
            Simulation<String, String> simulation = started(
                    happening -> happening.equals("go") ? List.of(ask("b")) : List.of());
            simulation.add("b", Probe.listener(new ArrayList<>()));
            simulation.runFor(1);
            simulation.network().cut(requestIsLost ? "a" : "b", requestIsLost ? "b" : "a");
            simulation.feed("a", _ -> "go");
            simulation.runFor(499);
            assertThat(happenings).containsExactly("go");
            simulation.runFor(1);
            assertThat(happenings).containsExactly("go", "b: TimedOut[]");
        }
    }

    @Test
    void readsSeeWhatIsDurable() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(append("x"), Action.read((disk, _) -> "has " + disk.log("log")))
                : List.of());
        simulation.feed("a", _ -> "go");
        simulation.runFor(20);
        assertThat(happenings).containsExactly("go", "has [1:78]");
    }

    @Test
    void hungNodeTakesEverythingLater() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(Action.setTimer("t", 10, _ -> "elapsed"), append("x"),
                        Action.observe("durable"))
                : List.of());
        simulation.feed("a", _ -> "go");
        simulation.runFor(1);
        simulation.hang("a");
        simulation.feed("a", _ -> "fed");
        simulation.runFor(100);
        assertThat(happenings).containsExactly("go");
        assertThat(shown).isEmpty();
        assertThat(simulation.isUp("a")).isTrue();
        simulation.resume("a");
        simulation.runFor(1);
        assertThat(happenings).containsExactly("go", "fed", "elapsed");
        assertThat(shown).containsExactly("durable");
    }

    @Test
    void crashOfAHungNodeForgetsWhatItPutOff() {
        Simulation<String, String> simulation = started(_ -> List.of());
        simulation.hang("a");
        simulation.feed("a", _ -> "fed");
        simulation.runFor(1);
        simulation.crash("a");
        simulation.restart("a", 0);
        simulation.runFor(10);
        simulation.hang("a");
        simulation.resume("a");
        simulation.runFor(10);
        assertThat(happenings).containsExactly("start");
    }

    @Test
    void stoppedNodeComesBackOnlyWhenSomeoneRestartsIt() {
        Simulation<String, String> simulation = started(happening -> happening.equals("go")
                ? List.of(Action.stop("wrong"), Action.observe("after"))
                : List.of());
        simulation.feed("a", _ -> "go");
        simulation.runFor(10);
        simulation.healAll();
        simulation.runFor(10);
        assertThat(simulation.isUp("a")).isFalse();
        assertThat(shown).isEmpty();
        simulation.restart("a", 0);
        simulation.runFor(10);
        assertThat(simulation.isUp("a")).isTrue();
    }

    @Test
    void clocksAreOffByTheirSkewAndNoMore() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(3),
                SimulationSettings.defaults().withClockSkew(Duration.ofSeconds(2)));
        Set<Long> clocks = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            simulation.add("node " + i, boot -> {
                clocks.add(offset(boot.nowMillis()));
                return new Probe(_ -> List.of(), happenings);
            });
        }
        simulation.runFor(1);
        assertThat(clocks).hasSizeGreaterThan(10).allMatch(clock -> Math.abs(clock) <= 2000);
    }

    @Test
    void timersAreLateByTheirLatenessAndNoMore() {
        List<Long> times = new ArrayList<>();
        Simulation<String, String> simulation = new Simulation<>(Seed.of(3),
                SimulationSettings.defaults().withTimerLateness(Duration.ofMillis(20)));
        simulation.add("a",
                Probe.of(happenings,
                        happening -> happening.equals("start")
                                ? List.of(Action.setTimer(1, 100, now -> note(times, now)),
                                        Action.setTimer(2, 100, now -> note(times, now)),
                                        Action.setTimer(3, 100, now -> note(times, now)))
                                : List.of()));
        simulation.runFor(1000);
        assertThat(times).hasSize(3).allMatch(time -> time >= 100 && time <= 120)
                .anyMatch(time -> time > 100);
    }

    @Test
    void nodesAreToldWhoCanBeReachedWhereThatIsWanted() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(3),
                SimulationSettings.defaults().withNoticeDelay(Duration.ofMillis(100)));
        simulation.add("a", Probe.listener(happenings));
        simulation.add("b", Probe.listener(new ArrayList<>()));
        simulation.runFor(200);
        simulation.network().cut("a", "b");
        simulation.runFor(99);
        assertThat(happenings).containsExactly("start", "up: b");
        simulation.runFor(1);
        simulation.network().heal();
        simulation.runFor(200);
        assertThat(happenings).containsExactly("start", "up: b", "down: b", "up: b");
        happenings.clear();
        simulation.crash("b");
        simulation.restart("b", 1);
        simulation.runFor(200);
        assertThat(happenings).containsExactly("down: b", "up: b");
    }

    @Test
    void refusesActionsThatMakeNoSense() {
        assertThatThrownBy(() -> Action.unconditional(append("x")))
                .hasMessageContaining("expected: neither Persist nor Unconditional");
        assertThatThrownBy(() -> Action.feed(-1, _ -> "x"))
                .hasMessage("delayMillis: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> Action.call("b", "x", 0, (_, _) -> "y"))
                .hasMessage("timeoutMillis: 0 (expected: 1 or more)");
        Simulation<String, String> simulation = started(_ -> List.of());
        assertThatThrownBy(() -> simulation.add("a", Probe.listener(happenings)))
                .hasMessage("node: a (expected: a new name)");
        assertThatThrownBy(() -> simulation.crash("stranger"))
                .hasMessage("node: stranger (expected: one of [a])");
    }

    @Test
    void actionsSayWhatTheyAreWithoutIdentityHashes() {
        List<Action<String, String>> actions = List.of(append("x"), ask("b"),
                Action.read((_, _) -> "x"), Action.feed(3, _ -> "x"),
                Action.setTimer("t", 5, _ -> "x"), Action.setTimerAt("t", 7, _ -> "x"),
                Action.unconditional(Action.send("b", "hello")));
        assertThat(actions).extracting(Action::toString).containsExactly(
                "Persist[writes=[Append[target=log, content=1:78]]]", "Call[b, hello]", "Read",
                "Feed[3 ms]", "SetTimer[t, 5 ms]", "SetTimerAt[t, 7 ms]",
                "Unconditional[action=Send[to=b, message=hello]]");
    }

    /// A simulation with one node `a` that runs since a millisecond and has nothing noted yet.
    private Simulation<String, String> started(Probe.Script script) {
        Simulation<String, String> simulation = simulation();
        simulation.add("a", Probe.of(happenings, script));
        simulation.runFor(1);
        happenings.clear();
        return simulation;
    }

    private Simulation<String, String> simulation() {
        Simulation<String, String> simulation = new Simulation<>(Seed.of(5), SimulationSettings
                .defaults().withDisk(DiskSettings.defaults().withForce(FORCE, FORCE)));
        simulation.observe((_, observation) -> shown.add(observation));
        return simulation;
    }

    private static Action<String, String> append(String text) {
        return Action.persist(new Write.Append("log", Octets.ofText(text)));
    }

    private static Action<String, String> ask(String node) {
        return Action.call(node, "hello", 500, (result, _) -> node + ": " + result);
    }

    private static long offset(long nowMillis) {
        return nowMillis - Node.EPOCH_MILLIS;
    }

    private static String note(List<Long> times, long nowMillis) {
        times.add(offset(nowMillis));
        return "noted";
    }
}
