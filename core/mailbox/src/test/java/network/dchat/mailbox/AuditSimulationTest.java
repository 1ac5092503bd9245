package network.dchat.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.MessageState;
import network.dchat.mailbox.outbox.OutboxLimits;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;
import network.dchat.wire.v1.Supply;

/// What relays earn on the real ledger: for proven deliveries alone.
class AuditSimulationTest {
    private static final List<String> RELAYS = List.of("relay1", "relay2", "relay3");
    private static final Map<String, List<String>> HOMES = Map.of("alice",
            List.of("relay1", "relay2", "relay3"), "bob", List.of("relay3", "relay2", "relay1"));
    private static final MailboxLimits LIMITS = new MailboxLimits(
            MailboxLimits.UserLimits.defaults(),
            new MailboxLimits.HoldingLimits(10_000, 1_000, 1_000, 1_000, 100, 10_000, 1_000, 6_000),
            new MailboxLimits.LinkLimits(20, 128 << 10, 50, 1_000, 4_000, 16, 50),
            new MailboxLimits.BatchLimits(16, 50, 10, 500, 64, 500));
    private static final OutboxLimits OUTBOX = new OutboxLimits(1_000, 20, 1_000, 2_000, 3_000,
            8_000, 32, 1_000, 60_000);
    private static final int MESSAGES = 12;

    /// Two users, their relays and the chain.
    private static final class Run {
        private final Simulation<Post, Event> simulation;
        private final RelayMachine.World world = new RelayMachine.World(RELAYS, HOMES, LIMITS);
        private final Set<MessageId> delivered = new HashSet<>();

        Run(Seed seed, String... others) {
            simulation = new Simulation<>(seed, SimulationSettings.defaults());
            List<String> followers = new ArrayList<>(RELAYS);
            followers.addAll(List.of(others));
            simulation.add(ChainMachine.NAME, boot -> new ChainMachine(boot, followers));
            RELAYS.forEach(relay -> simulation.add(relay, boot -> new RelayMachine(boot, world)));
            HOMES.keySet().stream().sorted().forEach(user -> simulation.add(user,
                    boot -> new UserMachine(boot, world, world.homes(user), OUTBOX)));
            simulation.observe((_, observation) -> {
                if (observation instanceof Event.Observed.State(MessageId id, var state)
                        && state == MessageState.DELIVERED) {
                    delivered.add(id);
                }
            });
        }

        void talk() {
            for (int number = 0; number < MESSAGES; number++) {
                int count = number;
                simulation.after(simulation.random().evenly(1, 2_000), () -> simulation.feed(
                        count % 2 == 0 ? "alice" : "bob",
                        now -> new Event.Say(count % 2 == 0 ? "bob" : "alice", count, now)));
            }
        }

        ChainState state() {
            return simulation.machine(ChainMachine.NAME, ChainMachine.class).orElseThrow().state();
        }

        Supply supply() {
            return state().supply();
        }

        long sum(ToLongFunction<AuditStatus> number) {
            return RELAYS.stream()
                    .flatMap(relay -> simulation.machine(relay, RelayMachine.class).stream())
                    .mapToLong(relay -> number.applyAsLong(relay.mailbox().status().audits()))
                    .sum();
        }

        long relaysBalance() {
            return RELAYS.stream()
                    .mapToLong(relay -> state()
                            .account(WalletAddress.of(People.key(relay).publicKey())).balance())
                    .sum();
        }

        /// A relay with a root in a block whose audit is not over.
        Optional<String> underAudit() {
            return RELAYS.stream()
                    .filter(relay -> simulation.machine(relay, RelayMachine.class)
                            .filter(machine -> machine.mailbox().status().audits().openRoots() > 0)
                            .isPresent())
                    .findFirst();
        }

        boolean isQuiet() {
            return delivered.size() == MESSAGES && underAudit().isEmpty()
                    && supply().getDeposits() == 0
                    && RELAYS.stream()
                            .allMatch(relay -> simulation.machine(relay, RelayMachine.class)
                                    .filter(machine -> machine.mailbox().status().deliveries() == 0)
                                    .isPresent());
        }

        /// Every order's fee was paid; three quarters of it came back to those that delivered.
        void everyDeliveryWasPaid() {
            long burnt = MESSAGES * (ChainMachine.TERMS.fee() - ChainMachine.TERMS.reward());
            assertThat(supply().getBurnt()).isEqualTo(burnt);
            assertThat(supply().getDeliveryPool()).isZero();
            assertThat(relaysBalance()).isEqualTo(RELAYS.size() * People.RICH - burnt);
        }
    }

    @Seeds(count = 10)
    void paysHonestRelaysAndGivesDepositsBack(Seed seed) {
        Run run = new Run(seed);
        run.talk();
        run.simulation.runFor(2_500);
        run.simulation.runUntil("all settled", 20_000, run::isQuiet);
        run.everyDeliveryWasPaid();
        assertThat(run.sum(AuditStatus::earnedUnits))
                .isEqualTo(MESSAGES * ChainMachine.TERMS.reward());
        assertThat(run.sum(AuditStatus::burntRoots)).isZero();
    }

    @Seeds(count = 10)
    void showsInTimeThoughARelayWasDownForAPartOfTheWindow(Seed seed) {
        Run run = new Run(seed);
        run.talk();
        run.simulation.runUntil("a root", 10_000, () -> run.underAudit().isPresent());
        String relay = run.underAudit().orElseThrow();
        run.simulation.crash(relay);
        run.simulation.restart(relay, ChainMachine.TERMS.auditMillis() / 2);
        run.simulation.runUntil("all settled", 30_000, run::isQuiet);
        run.everyDeliveryWasPaid();
    }

    @Seeds(count = 10)
    void paysThoseThatDeliveredWhatAThiefListed(Seed seed) {
        Run run = new Run(seed, ThiefMachine.NAME);
        run.simulation.add(ThiefMachine.NAME, _ -> new ThiefMachine());
        run.talk();
        run.simulation.runFor(2_500);
        run.simulation.runUntil("all settled", 40_000, run::isQuiet);
        long stolen = People.RICH - ThiefMachine.balance(run.state());
        assertThat(stolen).isGreaterThanOrEqualTo(MESSAGES * ChainMachine.TERMS.fee());
        assertThat(run.sum(AuditStatus::challengesMade)).isPositive();
        assertThat(run.relaysBalance()).isEqualTo(RELAYS.size() * People.RICH
                - MESSAGES * (ChainMachine.TERMS.fee() - ChainMachine.TERMS.reward()));
    }
}
