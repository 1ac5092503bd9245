package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import network.dchat.ledger.Transaction;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Seeds;
import network.dchat.simulation.SimulationSettings;
import org.junit.jupiter.api.Test;

class ConsensusSimulationTest {
    private static final HeightParts PARTS = HeightParts.standard(Timeouts.local(),
            ConsensusLimits.defaults());

    @Test
    void decidesQuicklyAndMakesAnEmptyBlockWhenIdle() {
        Fleet fleet = new Fleet(Seed.of(1), SimulationSettings.defaults(), PARTS, Set.of());
        fleet.simulation().runFor(7_000);
        assertThat(fleet.height()).isBetween(3L, 4L);
        long before = fleet.simulation().nowMillis();
        Transaction transaction = fleet.submit("v2", 3);
        fleet.simulation().runUntil("the batch is final", 100, () -> fleet.isOrdered(transaction));
        assertThat(fleet.simulation().nowMillis() - before).isLessThan(20);
        assertThat(fleet.refusals()).isEmpty();
    }

    @Test
    void goesOnWithoutOneAndTakesItBack() {
        Fleet fleet = new Fleet(Seed.of(2), SimulationSettings.defaults(), PARTS, Set.of());
        fleet.load(20, 4_000);
        fleet.simulation().runFor(1_000);
        fleet.simulation().crash("v1");
        long atCrash = fleet.height("v1");
        fleet.simulation().runFor(2_000);
        assertThat(fleet.height("v0")).isGreaterThan(atCrash + 5);
        fleet.simulation().restart("v1", 0);
        fleet.simulation().runFor(1_500);
        assertThat(fleet.height("v1")).isGreaterThanOrEqualTo(fleet.height("v0") - 1);
    }

    @Test
    void haltsWithoutTwoThirdsAndNeverForks() {
        Fleet fleet = new Fleet(Seed.of(3), SimulationSettings.defaults(), PARTS, Set.of());
        fleet.load(50, 20_000);
        fleet.simulation().runFor(1_000);
        fleet.simulation().network().partition(List.of(List.of("v0", "v1"), List.of("v2", "v3")));
        fleet.simulation().runFor(100);
        long height = fleet.height();
        fleet.simulation().runFor(10_000);
        assertThat(fleet.height()).isLessThanOrEqualTo(height + 1);
        fleet.simulation().network().heal();
        fleet.simulation().runUntil("progress after healing", 15_000,
                () -> fleet.height() > height + 5);
    }

    @Seeds(count = 75)
    void survivesLossCrashesAndPartitions(Seed seed) {
        assertThat(World.WEATHER.run(seed).equivocations()).isZero();
    }

    @Seeds(count = 75, first = 1_001)
    void survivesOneThatEquivocates(Seed seed) {
        World.LIAR.run(seed);
    }

    @Seeds(count = 75, first = 2_001)
    void survivesTwinsWithOneKey(Seed seed) {
        World.TWINS.run(seed);
    }

    @Seeds(count = 75, first = 3_001)
    void survivesSetsThatChange(Seed seed) {
        World.CHANGES.run(seed);
    }

    @Test
    void oneThatStakesSignsTwoHeightsLaterAndOneThatLeavesOnlyFollows() {
        TestChain chain = new TestChain(List.of(4), 1, 1, 1, 1);
        Fleet fleet = new Fleet(Seed.of(4), SimulationSettings.defaults(), PARTS, chain, Map.of(),
                ValidatorMachine.Memory.WHOLE);
        fleet.simulation().runFor(100);
        fleet.submit("v0", chain.stake(4, 2));
        fleet.simulation().runUntil("joined", 10_000, () -> fleet.validatorsNow().size() == 5);
        fleet.simulation().crash("v3");
        long joined = fleet.height("v0");
        fleet.load(50, fleet.simulation().elapsedNanos() / 1_000_000 + 2_000);
        fleet.simulation().runUntil("goes on with its vote", 10_000,
                () -> fleet.height("v0") > joined + 5);
        fleet.simulation().restart("v3", 0);
        fleet.submit("v0", chain.unstake(4, 2));
        fleet.simulation().runUntil("left", 10_000, () -> fleet.validatorsNow().size() == 4);
        long left = fleet.height();
        fleet.simulation().runUntil("follows", 20_000, () -> fleet.height("v4") > left + 2);
    }
}
