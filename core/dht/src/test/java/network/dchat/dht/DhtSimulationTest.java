package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Generator;
import network.dchat.simulation.NetworkSettings;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;

/// Whole networks of DHT nodes (D3, D4).
class DhtSimulationTest {
    private static final int NODES = 50;
    private static final List<TestPeer> PEERS = peers(NODES + 5);

    private final Map<Long, Outcome> outcomes = new HashMap<>();
    private long nextLookup = 1;

    @Seeds(count = 20)
    void eachKnowingOneOtherAllFindAllAndSurviveTheFirst(Seed seed) {
        Generator random = seed.generator();
        var simulation = network(seed, NetworkSettings.wideArea());
        for (int number = 0; number < NODES; number++) {
            join(simulation, number,
                    number == 0
                            ? List.of()
                            : List.of(PEERS.get(random.evenly(0, number - 1)).address()));
            simulation.runFor(random.evenly(0, 500));
        }
        simulation.runFor(20_000);
        everyoneFindsEveryone(simulation, random, 0, NODES);

        simulation.crash("n0");
        simulation.runFor(2_000);
        for (int number = NODES; number < NODES + 5; number++) {
            join(simulation, number, List.of(PEERS.get(random.evenly(1, number - 1)).address()));
        }
        simulation.runFor(20_000);
        everyoneFindsEveryone(simulation, random, 1, NODES + 5);
    }

    @Seeds(count = 3)
    void keepsRecordsWhileNodesComeAndGo(Seed seed) {
        Generator random = seed.generator();
        var simulation = network(seed, NetworkSettings.wideArea().withLoss(0.02));
        for (int number = 0; number < NODES; number++) {
            join(simulation, number,
                    number == 0 ? List.of() : List.of(PEERS.get(number / 2).address()));
        }
        simulation.runFor(60_000);
        VerifiedRecord record = TestUsers.record(1, 1, TestPeer.NOW + 10 * TestPeer.LIFETIME);
        simulation.feed("n1", now -> new Input.Publish(1, record, now));
        simulation.runFor(5_000);

        for (int dead = 2; dead < 15; dead++) {
            simulation.crash("n" + dead);
        }
        simulation.runFor(5_000);
        long lookup = lookUp(simulation, "n" + random.evenly(20, NODES - 1),
                new Query.Newest(record.key()));
        simulation.runUntil("found", 15_000, () -> outcomes.containsKey(lookup));
        assertThat(outcomes.get(lookup)).isEqualTo(new Outcome.Found(record));

        VerifiedRecord newer = TestUsers.record(1, 2, TestPeer.NOW + 10 * TestPeer.LIFETIME);
        simulation.feed("n30", now -> new Input.Publish(2, newer, now));
        simulation.runFor(15_000);
        long again = lookUp(simulation, "n" + random.evenly(20, NODES - 1),
                new Query.Newest(record.key()));
        simulation.runUntil("found again", 15_000, () -> outcomes.containsKey(again));
        assertThat(outcomes.get(again)).isEqualTo(new Outcome.Found(newer));
    }

    @Seeds(count = 20)
    void entersAnewWhenAllContactsAreLost(Seed seed) {
        var simulation = network(seed, NetworkSettings.local());
        for (int number = 0; number < 8; number++) {
            join(simulation, number, number == 0 ? List.of() : List.of(PEERS.get(0).address()));
        }
        simulation.runFor(30_000);
        assertThat(contacts(simulation, 3)).hasSize(7);

        simulation.network().isolate("n3");
        simulation.runUntil("alone", 900_000, () -> contacts(simulation, 3).isEmpty());
        simulation.crash("n0");
        simulation.network().heal();
        simulation.runUntil("back", 60_000, () -> contacts(simulation, 3).size() == 6);
    }

    @Seeds(count = 10)
    void joinsTwoHalvesThatStartedApart(Seed seed) {
        var simulation = network(seed, NetworkSettings.local());
        join(simulation, 0, List.of(PEERS.get(1).address()));
        join(simulation, 2, List.of(PEERS.get(0).address()));
        simulation.runFor(20_000);
        join(simulation, 3, List.of());
        join(simulation, 1, List.of(PEERS.get(3).address()));
        simulation.runUntil("all four know each other", 180_000, () -> List.of(0, 1, 2, 3).stream()
                .allMatch(number -> contacts(simulation, number).size() == 3));
    }

    private void everyoneFindsEveryone(Simulation<DhtNode.Message, Input> simulation,
            Generator random, int first, int end) {
        Map<Long, PeerId> wanted = new HashMap<>();
        for (int number = first; number < end; number++) {
            for (TestPeer peer : random.sample(PEERS.subList(first, end), 5)) {
                if (peer.number() != number) {
                    wanted.put(lookUp(simulation, "n" + number,
                            new Query.Newest(RecordKey.ofPeer(peer.id()))), peer.id());
                }
            }
        }
        simulation.runUntil("all lookups answered", 60_000,
                () -> outcomes.keySet().containsAll(wanted.keySet()));
        wanted.forEach((lookup, peer) -> assertThat(outcomes.get(lookup)).isInstanceOfSatisfying(
                Outcome.Found.class,
                found -> assertThat(found.record().key()).isEqualTo(RecordKey.ofPeer(peer))));
    }

    private long lookUp(Simulation<DhtNode.Message, Input> simulation, String node, Query query) {
        long lookupId = nextLookup++;
        simulation.feed(node, now -> new Input.Lookup(lookupId, query, now));
        return lookupId;
    }

    private Simulation<DhtNode.Message, Input> network(Seed seed, NetworkSettings links) {
        outcomes.clear();
        var simulation = new Simulation<DhtNode.Message, Input>(seed,
                SimulationSettings.defaults().withNetwork(links));
        simulation.observe((_, event) -> {
            DhtNode.Found found = (DhtNode.Found) event;
            outcomes.put(found.lookupId(), found.outcome());
        });
        return simulation;
    }

    private static void join(Simulation<DhtNode.Message, Input> simulation, int number,
            List<Multiaddr> entries) {
        simulation.add("n" + number,
                boot -> new DhtNode(PEERS.get(number), DhtLimits.defaults(), entries, boot));
    }

    private static List<?> contacts(Simulation<DhtNode.Message, Input> simulation, int number) {
        return simulation.machine("n" + number, DhtNode.class).orElseThrow().dht().contacts();
    }

    private static List<TestPeer> peers(int count) {
        List<TestPeer> peers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            peers.add(TestPeer.of(number));
        }
        return peers;
    }
}
