package network.dchat.consensus;

import java.util.List;
import java.util.Map;
import java.util.Set;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seed;
import network.dchat.simulation.SimulationSettings;

/// A kind of simulated network. What exactly happens in it follows from the seed.
enum World {
    /// Four honest validators under faults of network, disks, clocks and processes.
    WEATHER {
        @Override
        Fleet fleet(Seed seed) {
            return new Fleet(seed, settings(seed), parts(), Set.of());
        }
    },
    /// The same with one of them behind a filter that lies; half of the time nobody collects
    /// evidence, so that it can go on.
    LIAR {
        @Override
        Fleet fleet(Seed seed) {
            String liar = seed.generator().pick(TestChain.ofFour().names());
            HeightParts parts = seed.generator().chance(0.5) ? parts() : lenient();
            return new Fleet(seed, settings(seed), parts, Set.of(liar));
        }
    },
    /// The same with two nodes that share one validator's key, each with a guard and links of its
    /// own: honest code, which knows nothing of its twin.
    TWINS {
        @Override
        Fleet fleet(Seed seed) {
            Generator random = seed.generator();
            int key = random.evenly(0, 3);
            TestChain chain = new TestChain(List.of(key), 1, 1, 1, 1);
            Fleet fleet = new Fleet(seed, settings(seed), parts(), chain,
                    Map.of("v" + key, Fleet.Lie.TWIN, "v4", Fleet.Lie.TWIN),
                    ValidatorMachine.Memory.WHOLE);
            Set<String> cut = Set.copyOf(random.sample(links("v" + key, chain), 3));
            fleet.filter((from, to, _) -> !cut.contains(from + to) && !cut.contains(to + from));
            return fleet;
        }
    },
    /// Six nodes, of which four begin as validators: stakes come and go, half of the time with one
    /// that lies and is jailed.
    CHANGES {
        @Override
        Fleet fleet(Seed seed) {
            Generator random = seed.generator();
            TestChain chain = new TestChain(List.of(4, 5), 3, 3, 3, 3);
            Map<String, Fleet.Lie> liars = random.chance(0.5)
                    ? Map.of("v" + random.evenly(0, 3), Fleet.Lie.FILTERED)
                    : Map.of();
            Fleet fleet = new Fleet(seed, settings(seed), parts(), chain, liars,
                    ValidatorMachine.Memory.WHOLE);
            fleet.change(150, 5_000);
            return fleet;
        }
    };

    /// The network of a seed, about to begin.
    abstract Fleet fleet(Seed seed);

    /// Faults under load, then progress without them; fails where something that must hold does
    /// not.
    ///
    /// @return the network at the end
    Fleet run(Seed seed) {
        Fleet fleet = fleet(seed);
        fleet.weather(seed);
        return fleet;
    }

    private static List<String> links(String twin, TestChain chain) {
        return chain.names().stream().filter(name -> !name.equals(twin) && !name.equals("v4"))
                .flatMap(name -> List.of(twin + name, "v4" + name).stream()).toList();
    }

    private static SimulationSettings settings(Seed seed) {
        return SimulationSettings.swarm(seed.generator());
    }

    private static HeightParts lenient() {
        return HeightParts.standard(Timeouts.local(), ConsensusLimits.defaults().withoutEvidence());
    }

    private static HeightParts parts() {
        return HeightParts.standard(Timeouts.local(), ConsensusLimits.defaults());
    }
}
