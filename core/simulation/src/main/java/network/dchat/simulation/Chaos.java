package network.dchat.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Strikes with the faults of one plan.
final class Chaos {
    private static final double MOST_LOSS = 0.5;
    private static final int ACTIONS_AHEAD = 20;

    private final Simulation<?, ?> simulation;
    private final Kernel kernel;
    private final Generator random;
    private final FaultPlan plan;
    private final long endNanos;
    private int lostDisks;
    private int partitions;
    private int losses;

    Chaos(Simulation<?, ?> simulation, Kernel kernel, FaultPlan plan) {
        this.simulation = simulation;
        this.kernel = kernel;
        this.random = kernel.faultRandom().split();
        this.plan = plan;
        this.endNanos = kernel.now() + plan.lasting().toNanos();
    }

    void begin() {
        plan.recurrences().forEach(this::await);
        kernel.schedule(plan.lasting().toNanos(), simulation::healAll);
    }

    private void await(Fault fault, FaultPlan.Recurrence recurrence) {
        long delay = random.exponential(recurrence.every()).toNanos();
        if (delay < endNanos - kernel.now()) {
            kernel.schedule(delay, () -> {
                strike(fault, random.duration(recurrence.shortest(), recurrence.longest()));
                await(fault, recurrence);
            });
        }
    }

    private void strike(Fault fault, Duration lasting) {
        Network<?> network = simulation.network();
        switch (fault) {
            case CRASH -> victim().ifPresent(node -> {
                simulation.crash(node);
                simulation.restart(node, lasting.toMillis());
            });
            case CRASH_BETWEEN_ACTIONS -> victim().ifPresent(node -> simulation
                    .crashBeforeAction(node, random.evenly(1, ACTIONS_AHEAD), lasting.toMillis()));
            case LOST_DISK -> loseDisk(lasting);
            case HANG -> victim().ifPresent(node -> {
                simulation.hang(node);
                later(lasting, () -> simulation.resume(node));
            });
            case FAILED_FORCE -> victim().ifPresent(node -> simulation.disk(node).failForces(1));
            case PARTITION -> divide(lasting);
            case ONE_WAY_CUT -> {
                List<String> pair = random.shuffled(simulation.nodes());
                if (pair.size() > 1) {
                    network.cut(pair.get(0), pair.get(1));
                    later(lasting, () -> network.mend(pair.get(0), pair.get(1)));
                }
            }
            case LOSS -> lose(lasting);
        }
    }

    /// Divides the nodes in two groups, both with someone in them.
    private void divide(Duration lasting) {
        List<String> nodes = simulation.nodes();
        if (nodes.size() > 1) {
            int number = ++partitions;
            simulation.network()
                    .partition(List.of(random.sample(nodes, random.evenly(1, nodes.size() - 1))));
            later(lasting, () -> {
                if (number == partitions) {
                    simulation.network().unite();
                }
            });
        }
    }

    private void lose(Duration lasting) {
        int number = ++losses;
        simulation.network().addLoss(random.share() * MOST_LOSS);
        later(lasting, () -> {
            if (number == losses) {
                simulation.network().addLoss(0);
            }
        });
    }

    private void loseDisk(Duration lasting) {
        if (lostDisks < plan.maximumLostDisks()) {
            victim().ifPresent(node -> {
                lostDisks++;
                simulation.wipe(node);
                simulation.restart(node, lasting.toMillis());
            });
        }
    }

    /// A node that may be struck, if the plan allows one more.
    private Optional<String> victim() {
        List<String> choices = new ArrayList<>();
        int away = 0;
        for (String node : simulation.nodes()) {
            if (simulation.isTroubled(node)) {
                away++;
            } else if (!plan.spared().contains(node)) {
                choices.add(node);
            }
        }
        if (away >= plan.maximumAway() || choices.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(random.pick(choices));
    }

    /// The end of a fault; a plan that is over has ended them all.
    private void later(Duration delay, Runnable step) {
        if (delay.toNanos() < endNanos - kernel.now()) {
            kernel.schedule(delay.toNanos(), step);
        }
    }
}
