package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulationRunTest {
    @Test
    void runsEachSeedOnceAndTellsOfIt() throws InterruptedException {
        List<Long> over = new ArrayList<>();
        List<Optional<SimulationRun.Failure>> failures = new ArrayList<>();
        SimulationRun.Summary summary = SimulationRun.run(1, World.values().length, 2,
                (seed, _, failure) -> {
                    over.add(seed);
                    failures.add(failure);
                });
        assertThat(over).doesNotHaveDuplicates().hasSize(World.values().length);
        assertThat(failures).containsOnly(Optional.empty());
        assertThat(summary.failures()).isEmpty();
        assertThat(summary.seeds()).isEqualTo(World.values().length);
        assertThat(summary.worlds().values()).containsOnly(1L);
        assertThat(summary.blocks()).isPositive();
    }
}
