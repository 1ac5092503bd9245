package network.dchat.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Latency;
import network.dchat.simulation.NetworkSettings;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;

/// How far and how fast a rumor spreads (R7).
class GossipSimulationTest {
    private static final NetworkSettings SLOW = NetworkSettings.wideArea()
            .withLatency(Latency.uniform(Duration.ofMillis(100)));
    private static final List<PeerId> PEERS = peers(1_000);

    private final Map<Hash, Set<String>> heard = new HashMap<>();
    private int deliveries;

    @Seeds(count = 20)
    void reachesAHundredNodesInTwoSecondsThoughATenthOfTheFramesIsLost(Seed seed) {
        var simulation = network(seed, 100, 10, SLOW.withLoss(0.1));
        Rumor rumor = say(simulation, 0);
        simulation.runFor(2_000);
        assertThat(reached(rumor)).isGreaterThanOrEqualTo(90);
    }

    @Seeds(count = 20)
    void reachesEveryoneOnceOnLinksThatLoseNothing(Seed seed) {
        var simulation = network(seed, 100, 10, SLOW);
        List<Rumor> rumors = new ArrayList<>();
        for (int origin = 0; origin < 5; origin++) {
            rumors.add(say(simulation, origin * 7));
        }
        simulation.runFor(3_000);
        for (Rumor rumor : rumors) {
            assertThat(reached(rumor)).isEqualTo(99);
        }
        assertThat(deliveries).isEqualTo(5 * 99);
    }

    @Seeds(count = 1)
    void reachesAThousandNodesInTwoSeconds(Seed seed) {
        var simulation = network(seed, 1_000, 12, SLOW);
        Rumor rumor = say(simulation, 0);
        simulation.runFor(2_000);
        assertThat(reached(rumor)).isEqualTo(999);
    }

    @Seeds(count = 10)
    void bodiesLostOnTheWayAreAskedFor(Seed seed) {
        var simulation = network(seed, 40, 16, SLOW.withLoss(0.3));
        Rumor rumor = say(simulation, 0);
        simulation.runFor(10_000);
        assertThat(reached(rumor)).isGreaterThanOrEqualTo(37);
    }

    private int reached(Rumor rumor) {
        return heard.getOrDefault(rumor.id(), Set.of()).size();
    }

    private static Rumor say(Simulation<Frame, Input> simulation, int origin) {
        Rumor rumor = Rumors.of(PEERS.get(origin), 1, simulation.nowMillis());
        simulation.feed("n" + origin, now -> new Input.Publish(1, rumor, now));
        return rumor;
    }

    private Simulation<Frame, Input> network(Seed seed, int nodes, int links,
            NetworkSettings settings) {
        heard.clear();
        deliveries = 0;
        var simulation = new Simulation<Frame, Input>(seed,
                SimulationSettings.defaults().withNetwork(settings));
        simulation.observe((node, event) -> {
            heard.computeIfAbsent((Hash) event, _ -> new HashSet<>()).add(node);
            deliveries++;
        });
        List<Map<PeerId, String>> graph = graph(seed.generator(), nodes, links);
        for (int node = 0; node < nodes; node++) {
            PeerId self = PEERS.get(node);
            Map<PeerId, String> neighbours = graph.get(node);
            simulation.add("n" + node,
                    boot -> new GossipNode(self, GossipLimits.defaults(), neighbours, boot));
        }
        simulation.runFor(1);
        return simulation;
    }

    /// A ring, so that nobody is alone, and drawn links until there are as many on average.
    private static List<Map<PeerId, String>> graph(Generator random, int nodes, int links) {
        List<Map<PeerId, String>> graph = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            graph.add(new TreeMap<>());
        }
        for (int node = 0; node < nodes; node++) {
            link(graph, node, (node + 1) % nodes);
        }
        for (int drawn = 0; drawn < nodes * (links - 2) / 2; drawn++) {
            link(graph, random.evenly(0, nodes - 1), random.evenly(0, nodes - 1));
        }
        return graph;
    }

    private static void link(List<Map<PeerId, String>> graph, int left, int right) {
        if (left != right) {
            graph.get(left).put(PEERS.get(right), "n" + right);
            graph.get(right).put(PEERS.get(left), "n" + left);
        }
    }

    private static List<PeerId> peers(int count) {
        List<PeerId> peers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            peers.add(Rumors.peer(number));
        }
        return peers;
    }
}
