package network.dchat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final NetworkSettings TEN_MILLIS = NetworkSettings.local()
            .withLatency(Latency.uniform(Duration.ofMillis(10))).withJitter(Duration.ZERO);

    private final List<String> atA = new ArrayList<>();
    private final List<String> atB = new ArrayList<>();
    private final List<String> atC = new ArrayList<>();
    private Simulation<String, String> simulation = simulation(TEN_MILLIS);

    @BeforeEach
    void begin() {
        use(TEN_MILLIS);
    }

    @Test
    void delaysByTheLatencyOfTheDirection() {
        simulation.network().latency("a", "b", Duration.ofMillis(3));
        send("a", "b", "quick");
        send("b", "a", "slow");
        simulation.runFor(2);
        assertThat(atB).isEmpty();
        simulation.runFor(1);
        assertThat(atB).containsExactly("receives from a: quick");
        simulation.runFor(6);
        assertThat(atA).isEmpty();
        simulation.runFor(1);
        assertThat(atA).containsExactly("receives from b: slow");
    }

    @Test
    void asksTheMatrixForEachDirection() {
        use(TEN_MILLIS.withLatency(
                (from, to, _) -> Duration.ofMillis(from.equals("a") && to.equals("c") ? 70 : 1)));
        send("a", "c", "far");
        send("c", "a", "near");
        simulation.runFor(69);
        assertThat(atA).hasSize(1);
        assertThat(atC).isEmpty();
        simulation.runFor(1);
        assertThat(atC).hasSize(1);
    }

    @Test
    void keepsTheOrderOfALinkInSpiteOfJitter() {
        use(TEN_MILLIS.withJitter(Duration.ofMillis(50)));
        List<String> sent = sendMany(100);
        assertThat(atB).isEqualTo(sent);
    }

    @Test
    void losesTheOrderOfWhatIsReordered() {
        use(TEN_MILLIS.withJitter(Duration.ofMillis(5)).withReordering(0.2));
        List<String> sent = sendMany(100);
        assertThat(atB).isNotEqualTo(sent).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void losesTheShareThatItShould() {
        use(TEN_MILLIS.withLoss(0.3));
        sendMany(2000);
        assertThat(atB.size()).isBetween(1300, 1500);
        assertThat(simulation.network().sent()).isEqualTo(2000);
        assertThat(simulation.network().delivered()).isEqualTo(atB.size());
    }

    @Test
    void duplicatesTheShareThatItShould() {
        use(TEN_MILLIS.withDuplication(0.3));
        sendMany(2000);
        assertThat(atB.size()).isBetween(2500, 2700);
    }

    @Test
    void addsLossForAPhase() {
        simulation.network().addLoss(1);
        sendMany(10);
        assertThat(atB).isEmpty();
        simulation.network().addLoss(0);
        sendMany(10);
        assertThat(atB).hasSize(10);
    }

    @Test
    void cutsOneDirectionAlone() {
        simulation.network().cut("a", "b");
        exchange();
        assertThat(atB).containsExactly("receives from c: to b");
        assertThat(atA).contains("receives from b: to a", "receives from c: to a");
        assertThat(simulation.network().isOpen("a", "b")).isFalse();
        assertThat(simulation.network().isOpen("b", "a")).isTrue();

        simulation.network().mend("a", "b");
        atB.clear();
        exchange();
        assertThat(atB).hasSize(2);
    }

    @Test
    void partitionsIntoGroupsAndUnitesAgain() {
        simulation.network().partition(List.of(List.of("a"), List.of("b", "c")));
        exchange();
        assertThat(atA).isEmpty();
        assertThat(atB).containsExactly("receives from c: to b");
        assertThat(atC).containsExactly("receives from b: to c");

        simulation.network().unite();
        exchange();
        assertThat(atA).hasSize(2);
    }

    @Test
    void isolatesOneNode() {
        simulation.network().isolate("b");
        exchange();
        assertThat(atB).isEmpty();
        assertThat(atA).containsExactly("receives from c: to a");
    }

    @Test
    void healsPartitionsCutsAndLoss() {
        simulation.network().isolate("a");
        simulation.network().cut("b", "c");
        simulation.network().addLoss(1);
        simulation.network().heal();
        exchange();
        assertThat(List.of(atA.size(), atB.size(), atC.size())).containsExactly(2, 2, 2);
    }

    @Test
    void losesWhatIsUnderWayWhenTheLinkIsCut() {
        send("a", "b", "late");
        simulation.runFor(5);
        simulation.network().cut("a", "b");
        simulation.runFor(100);
        assertThat(atB).isEmpty();
    }

    @Test
    void reachesItselfAlways() {
        simulation.network().isolate("a");
        simulation.network().addLoss(1);
        send("a", "a", "note");
        simulation.runFor(1);
        assertThat(atA).containsExactly("receives from a: note");
    }

    @Test
    void losesWhatIsSentToNobody() {
        send("a", "stranger", "hello");
        simulation.runUntilIdle(1000);
        assertThat(simulation.network().delivered()).isZero();
    }

    @Test
    void letsAnInterceptorChangeDropAndAdd() {
        simulation.network().intercept((from, to, message) -> {
            if (to.equals("c")) {
                return List.of();
            }
            return from.equals("a") ? List.of(message, "forged") : List.of(message);
        });
        exchange();
        assertThat(atB).containsExactly("receives from a: to b", "receives from a: forged",
                "receives from c: to b");
        assertThat(atC).isEmpty();
    }

    @Test
    void refusesRatesOutsideOfTheirRange() {
        assertThatThrownBy(() -> TEN_MILLIS.withLoss(1.01))
                .hasMessage("loss: 1.01 (expected: 0 to 1)");
        assertThat(TEN_MILLIS.withLoss(1).loss()).isEqualTo(1);
        assertThatThrownBy(() -> TEN_MILLIS.withDuplication(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> simulation.network().cut("a", "stranger"))
                .hasMessage("node: stranger (expected: one of 3 added)");
    }

    private void use(NetworkSettings settings) {
        simulation = simulation(settings);
        add("a", atA);
        add("b", atB);
        add("c", atC);
        simulation.runFor(1);
        List.of(atA, atB, atC).forEach(List::clear);
    }

    private void add(String name, List<String> received) {
        simulation.add(name, _ -> new Probe(happening -> {
            if (!happening.startsWith("send ")) {
                return List.of();
            }
            received.remove(happening);
            String[] words = happening.split(" ", 3);
            return List.of(Action.send(words[1], words[2]));
        }, received));
    }

    private void send(String from, String to, String message) {
        simulation.feed(from, _ -> "send " + to + " " + message);
    }

    private void exchange() {
        List.of(atA, atB, atC).forEach(List::clear);
        for (String from : simulation.nodes()) {
            for (String to : simulation.nodes()) {
                if (!from.equals(to)) {
                    send(from, to, "to " + to);
                }
            }
        }
        simulation.runFor(100);
    }

    private List<String> sendMany(int count) {
        for (int i = 0; i < count; i++) {
            send("a", "b", "message " + i);
        }
        simulation.runUntilIdle(10_000);
        return IntStream.range(0, count).mapToObj(i -> "receives from a: message " + i).toList();
    }

    private static Simulation<String, String> simulation(NetworkSettings settings) {
        return new Simulation<>(Seed.of(7), SimulationSettings.defaults().withNetwork(settings));
    }
}
