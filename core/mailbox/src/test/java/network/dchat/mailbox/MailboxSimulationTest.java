package network.dchat.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.MessageState;
import network.dchat.mailbox.outbox.OutboxLimits;
import network.dchat.simulation.FaultPlan;
import network.dchat.simulation.Replay;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationFailure;
import network.dchat.simulation.SimulationSettings;
import network.dchat.simulation.Tearing;
import network.dchat.wire.v1.ProgressRow;

/// Users and relays with a tiny chain, and everything that can go wrong between them.
class MailboxSimulationTest {
    private static final List<String> RELAYS = List.of("relay1", "relay2", "relay3", "relay4",
            "relay5");
    private static final Map<String, List<String>> HOMES = Map.of("alice",
            List.of("relay1", "relay2", "relay3"), "bob", List.of("relay4", "relay5", "relay1"),
            "carol", List.of("relay2", "relay4", "relay5"));
    private static final List<String> USERS = List.of("alice", "bob", "carol");
    private static final MailboxLimits LIMITS = new MailboxLimits(
            MailboxLimits.UserLimits.defaults(),
            new MailboxLimits.HoldingLimits(10_000, 1_000, 1_000, 1_000, 100, 10_000, 1_000, 6_000),
            new MailboxLimits.LinkLimits(20, 128 << 10, 50, 1_000, 4_000, 16, 50),
            new MailboxLimits.BatchLimits(16, 50, 10, 500, 64, 500));
    private static final OutboxLimits OUTBOX = new OutboxLimits(1_000, 20, 1_000, 2_000, 3_000,
            8_000, 32, 1_000, 60_000);

    /// What the test knows of one run.
    private static final class Run {
        private final Simulation<Post, Event> simulation;
        private final RelayMachine.World world = new RelayMachine.World(RELAYS, HOMES, LIMITS);
        private final Map<MessageId, MessageState> states = new LinkedHashMap<>();
        private final Map<MessageId, String> senders = new HashMap<>();
        private final Set<MessageId> shown = new HashSet<>();
        private final List<String> wrongs = new ArrayList<>();

        Run(Seed seed, SimulationSettings settings) {
            simulation = new Simulation<>(seed, settings);
            simulation.add(ChainMachine.NAME, boot -> new ChainMachine(boot, RELAYS));
            for (String relay : RELAYS) {
                simulation.add(relay, boot -> new RelayMachine(boot, world));
            }
            for (String user : USERS) {
                simulation.add(user,
                        boot -> new UserMachine(boot, world, world.homes(user), OUTBOX));
            }
            simulation.observe(this::observe);
            simulation.invariant("no message is shown twice, no state goes back, nobody is blamed",
                    () -> assertThat(wrongs).isEmpty());
        }

        private void observe(String node, Object observation) {
            switch (observation) {
                case Event.Observed.Shown(MessageId id) -> {
                    if (!shown.add(id)) {
                        wrongs.add(node + " was shown " + id + " twice");
                    }
                }
                case Event.Observed.State(MessageId id, MessageState state) -> {
                    MessageState before = states.put(id, state);
                    senders.put(id, node);
                    if (before != null && before.compareTo(state) >= 0) {
                        wrongs.add(id + " went from " + before + " to " + state);
                    }
                }
                case Event.Observed.Blamed(String reason) ->
                    wrongs.add(node + " blames: " + reason);
                default -> {
                }
            }
        }

        /// Users write to each other over a time.
        void talk(int messages, long overMillis) {
            for (int number = 0; number < messages; number++) {
                List<String> pair = simulation.random().sample(USERS, 2);
                int count = number;
                simulation.after(simulation.random().evenly(1, (int) overMillis), () -> simulation
                        .feed(pair.get(0), now -> new Event.Say(pair.get(1), count, now)));
            }
        }

        /// Runs until something is so; a failure says what is missing.
        void reach(String goal, long withinMillis, BooleanSupplier reached) {
            try {
                simulation.runUntil(goal, withinMillis, reached);
            } catch (SimulationFailure missed) {
                throw new AssertionError(missing() + missed.getMessage(), missed);
            }
        }

        private String missing() {
            StringBuilder text = new StringBuilder("missing:\n");
            states.forEach((id, state) -> {
                if (!isShown(id) || !hasReached(id, MessageState.DELIVERED)) {
                    text.append(id.shortName()).append(" of ").append(senders.get(id)).append(' ')
                            .append(state).append(' ').append(isShown(id) ? " shown\n" : "\n");
                }
            });
            for (String relay : RELAYS) {
                simulation.machine(relay, RelayMachine.class).ifPresent(machine -> text
                        .append(relay).append(' ').append(machine.mailbox().status()).append('\n'));
            }
            for (String user : USERS) {
                simulation.machine(user, UserMachine.class)
                        .ifPresent(machine -> text.append(user).append(" outgoing ")
                                .append(machine.outbox().outgoing()).append(" receipts ")
                                .append(machine.outbox().untakenReceipts()).append(" unordered ")
                                .append(machine.outbox().unordered()).append('\n'));
            }
            for (String user : USERS) {
                simulation.disk(user).contents().files().subMap("OUTGOING/", "OUTGOING0").keySet()
                        .forEach(file -> text.append(file, 0, 17).append(progress(user, file))
                                .append('\n'));
            }
            return text.toString();
        }

        private String progress(String user, String file) {
            return simulation.disk(user).contents().file(file.replace("OUTGOING", "PROGRESS"))
                    .map(row -> {
                        try {
                            ProgressRow progress = ProgressRow.parseFrom(row.toByteArray());
                            return " sent " + progress.getSent() + " stored "
                                    + progress.getStoredCount() + " final " + progress.getFinal()
                                    + " proven " + progress.getProven();
                        } catch (InvalidProtocolBufferException broken) {
                            throw new IllegalStateException(broken);
                        }
                    }).orElse(" none");
        }

        boolean allShown() {
            return states.keySet().stream().allMatch(this::isShown);
        }

        boolean allReached(MessageState state) {
            return states.keySet().stream().allMatch(id -> hasReached(id, state));
        }

        /// Whether the message is on its recipient's disk.
        private boolean isShown(MessageId id) {
            return USERS.stream().anyMatch(user -> simulation.disk(user).contents()
                    .file(UserMachine.SHOWN + id.hex()).isPresent());
        }

        /// Whether the state is on the sender's disk.
        private boolean hasReached(MessageId id, MessageState state) {
            return simulation.disk(senders.getOrDefault(id, "")).contents()
                    .file(UserMachine.state(id, state)).isPresent();
        }

        boolean allDone() {
            return USERS.stream()
                    .allMatch(user -> simulation.machine(user, UserMachine.class)
                            .filter(machine -> machine.outbox().outgoing() == 0
                                    && machine.outbox().untakenReceipts() == 0
                                    && machine.outbox().unordered() == 0)
                            .isPresent());
        }

        /// Whether nothing is left at any relay.
        boolean relaysEmpty() {
            return RELAYS.stream().allMatch(relay -> simulation.machine(relay, RelayMachine.class)
                    .map(machine -> machine.mailbox().status())
                    .filter(status -> status.waitingMessages() == 0 && status.outboxMessages() == 0
                            && status.deliveries() == 0 && status.openTransactions() == 0)
                    .isPresent());
        }
    }

    /// Users and relays keep their state in databases with transactions.
    private static SimulationSettings swarm(Seed seed) {
        SimulationSettings settings = SimulationSettings.swarm(seed.generator());
        return settings.withDisk(settings.disk().withTearing(Tearing.TRANSACTIONS));
    }

    @Seeds(count = 10)
    void bringsEveryMessageAndItsProofHomeOnAQuietNetwork(Seed seed) {
        Run run = new Run(seed, SimulationSettings.defaults());
        run.talk(20, 2_000);
        run.simulation.runFor(2_500);
        run.reach("all delivered", 2_000, () -> run.allReached(MessageState.DELIVERED));
        run.reach("all proven", 3_000, run::allDone);
        run.reach("relays empty", 10_000, run::relaysEmpty);
        assertThat(run.states).hasSize(20);
    }

    @Seeds(count = 40)
    void losesNothingWhateverFails(Seed seed) {
        Run run = new Run(seed, swarm(seed));
        run.simulation.unleash(FaultPlan.swarm(seed.generator(), Duration.ofSeconds(30), 2)
                .sparing(Set.of(ChainMachine.NAME)));
        run.talk(20, 25_000);
        run.simulation.runFor(30_000);
        run.reach("all shown", 60_000, run::allShown);
        run.reach("all delivered and proven", 120_000, run::allDone);
        run.reach("relays empty", 120_000, run::relaysEmpty);
        run.reach("all on disk", 5_000, () -> run.allReached(MessageState.DELIVERED));
    }

    @Seeds(count = 2)
    void followsFromItsSeedAlone(Seed seed) {
        Replay.assertIdentical(seed, same -> {
            Run run = new Run(same, swarm(same));
            run.simulation.unleash(FaultPlan.swarm(same.generator(), Duration.ofSeconds(10), 2)
                    .sparing(Set.of(ChainMachine.NAME)));
            run.talk(10, 8_000);
            run.simulation.runFor(12_000);
        });
    }

    @Seeds(count = 15)
    void followsAUserWhoMovesToOtherRelays(Seed seed) {
        Run run = new Run(seed, swarm(seed));
        run.simulation.unleash(FaultPlan.swarm(seed.generator(), Duration.ofSeconds(20), 1)
                .sparing(Set.of(ChainMachine.NAME, "bob")));
        run.talk(20, 18_000);
        run.simulation
                .after(8_000,
                        () -> run.simulation
                                .feed("bob",
                                        now -> new Event.Move(List.of(People.relay("relay2"),
                                                People.relay("relay3"), People.relay("relay1")),
                                                now)));
        run.simulation.runFor(20_000);
        run.reach("all shown", 120_000, run::allShown);
        run.reach("all delivered and proven", 120_000, run::allDone);
        run.reach("relays empty", 120_000, run::relaysEmpty);
    }

    @Seeds(count = 40)
    void losesNoMessageWithALostDisk(Seed seed) {
        Run run = new Run(seed, swarm(seed));
        Set<String> spared = new HashSet<>(USERS);
        spared.add(ChainMachine.NAME);
        run.simulation.unleash(
                FaultPlan.swarm(seed.generator(), Duration.ofSeconds(30), 1).withLostDisks(1)
                        .with(network.dchat.simulation.Fault.LOST_DISK, new FaultPlan.Recurrence(
                                Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(5)))
                        .sparing(spared));
        run.talk(20, 25_000);
        run.simulation.runFor(30_000);
        run.reach("all shown", 60_000, run::allShown);
        run.reach("all final", 120_000, () -> run.allReached(MessageState.FINAL));
    }
}
