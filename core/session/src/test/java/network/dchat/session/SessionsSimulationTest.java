package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.dchat.simulation.DiskSettings;
import network.dchat.simulation.Fault;
import network.dchat.simulation.FaultPlan;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;
import network.dchat.simulation.Tearing;

/// Three users write to each other over a network that loses, doubles and reorders, while they
/// crash between any two effects.
class SessionsSimulationTest {
    private static final int TALK_MILLIS = 2_500;

    private static final long TALK_ENDS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli()
            + TALK_MILLIS;

    /// Prekeys that change often, so that starts meet old and new ones.
    private static final SessionLimits LIMITS = new SessionLimits(RatchetLimits.defaults(),
            new PrekeyLimits(800, 20_000, 60_000, 1_000, 100), 5, 64);

    private final Map<String, SimulatedUser.Sent> sent = new TreeMap<>();
    private final List<SimulatedUser.Unread> unread = new ArrayList<>();

    /// Whatever became durable in an outbox is read, once, by the one it was meant for; and no
    /// message of an honest sender is ever refused.
    @Seeds(count = 80)
    void losesNothingAndReadsNothingTwice(Seed seed) {
        Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation = world(seed);
        Generator generator = seed.generator();
        simulation.unleash(FaultPlan.swarm(generator, Duration.ofMillis(TALK_MILLIS), 2));
        simulation.invariant("every message is readable",
                () -> assertThat(unread).as("refused").isEmpty());
        simulation.runFor(TALK_MILLIS);
        simulation.runUntil("all that was sent is read", 60_000, () -> allRead(simulation));
        assertThat(sent).hasSizeGreaterThan(10);
    }

    /// A user whose disk is gone is readable and can read again as soon as the others know the
    /// new prekey.
    @Seeds(count = 50)
    void goesOnAfterALostDisk(Seed seed) {
        Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation = world(seed);
        Duration lasting = Duration.ofMillis(TALK_MILLIS);
        FaultPlan.Recurrence often = new FaultPlan.Recurrence(Duration.ofMillis(1_000),
                Duration.ZERO, Duration.ofMillis(500));
        simulation.unleash(FaultPlan.swarm(seed.generator(), lasting, 2)
                .with(Fault.LOST_DISK, often).withLostDisks(3));
        simulation.runFor(TALK_MILLIS + 1_500);
        sent.clear();
        for (String name : SimulatedUser.NAMES) {
            simulation.feed(name, now -> new SimulatedUser.Event.Final("final", now));
        }
        simulation.runFor(1_000);
        simulation.runUntil("all are in touch again", 60_000, () -> finalsRead(simulation));
    }

    private Simulation<SimulatedUser.Wire, SimulatedUser.Event> world(Seed seed) {
        sent.clear();
        unread.clear();
        SimulationSettings swarm = SimulationSettings.swarm(seed.generator());
        DiskSettings disk = swarm.disk().withTearing(Tearing.TRANSACTIONS);
        Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation = new Simulation<>(seed,
                swarm.withDisk(disk));
        simulation.observe((_, observation) -> {
            switch (observation) {
                case SimulatedUser.Sent message -> sent.put(message.id(), message);
                case SimulatedUser.Unread message -> unread.add(message);
                default -> throw new AssertionError(observation);
            }
        });
        for (String name : SimulatedUser.NAMES) {
            simulation.add(name, boot -> new SimulatedUser(boot, LIMITS, TALK_ENDS));
        }
        return simulation;
    }

    private boolean allRead(Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation) {
        return sent.values().stream().allMatch(message -> isRead(simulation, message));
    }

    private boolean finalsRead(Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation) {
        List<SimulatedUser.Sent> finals = sent.values().stream()
                .filter(message -> message.id().contains("final")).toList();
        assertThat(finals).hasSize(SimulatedUser.NAMES.size() * (SimulatedUser.NAMES.size() - 1));
        return finals.stream().allMatch(message -> isRead(simulation, message));
    }

    private static boolean isRead(Simulation<SimulatedUser.Wire, SimulatedUser.Event> simulation,
            SimulatedUser.Sent message) {
        return simulation.disk(message.to()).contents().file(SimulatedUser.INBOX + message.id())
                .isPresent();
    }
}
