package network.dchat.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Faults that strike at random until a time, after which everything is healed and restarted.
///
/// @param lasting how long from [Simulation#unleash] on
/// @param recurrences how often each kind strikes and how long it lasts; the others never do
/// @param maximumAway how many nodes may be down or hung at once because of this plan
/// @param maximumLostDisks how many disks are lost in all
/// @param spared nodes that only suffer from the network
public record FaultPlan(Duration lasting, Map<Fault, Recurrence> recurrences, int maximumAway,
        int maximumLostDisks, Set<String> spared) {
    public FaultPlan {
        Checks.notNegative("lasting", lasting);
        Checks.range("maximumAway", maximumAway, 0, Integer.MAX_VALUE);
        Checks.range("maximumLostDisks", maximumLostDisks, 0, Integer.MAX_VALUE);
        Map<Fault, Recurrence> sorted = new EnumMap<>(Fault.class);
        sorted.putAll(recurrences);
        recurrences = Collections.unmodifiableMap(sorted);
        spared = Set.copyOf(spared);
    }

    /// How often a fault strikes and how long it lasts.
    ///
    /// @param every mean time between two strikes
    /// @param shortest least time that one lasts
    /// @param longest most time that one lasts
    public record Recurrence(Duration every, Duration shortest, Duration longest) {
        public Recurrence {
            Checks.notNegative("shortest", shortest);
            if (!every.isPositive()) {
                throw new IllegalArgumentException("every: " + every + " (expected: positive)");
            }
            if (longest.compareTo(shortest) < 0) {
                throw new IllegalArgumentException(
                        "longest: " + longest + " (expected: at least " + shortest + ")");
            }
        }
    }

    /// A plan drawn from the seed: each kind of fault is in it in half of all draws, from rarely
    /// to all the time. No disk is lost unless [#withLostDisks] allows it.
    public static FaultPlan swarm(Generator random, Duration lasting, int maximumAway) {
        Map<Fault, Recurrence> drawn = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            Duration every = lasting.dividedBy(random.evenly(1, 20));
            Duration longest = random.duration(lasting.dividedBy(100), lasting.dividedBy(4));
            if (random.chance(0.5) && every.isPositive()) {
                drawn.put(fault, new Recurrence(every, Duration.ZERO, longest));
            }
        }
        return new FaultPlan(lasting, drawn, maximumAway, 0, Set.of());
    }

    /// A plan of one kind of fault; [#with] adds more.
    public static FaultPlan of(Duration lasting, int maximumAway, Fault fault,
            Recurrence recurrence) {
        return new FaultPlan(lasting, Map.of(fault, recurrence), maximumAway, 0, Set.of());
    }

    public FaultPlan with(Fault fault, Recurrence recurrence) {
        Map<Fault, Recurrence> more = new EnumMap<>(Fault.class);
        more.putAll(recurrences);
        more.put(fault, recurrence);
        return new FaultPlan(lasting, more, maximumAway, maximumLostDisks, spared);
    }

    /// Without this kind of fault.
    public FaultPlan without(Fault fault) {
        Map<Fault, Recurrence> fewer = new EnumMap<>(Fault.class);
        fewer.putAll(recurrences);
        fewer.remove(fault);
        return new FaultPlan(lasting, fewer, maximumAway, maximumLostDisks, spared);
    }

    public FaultPlan withLostDisks(int most) {
        return new FaultPlan(lasting, recurrences, maximumAway, most, spared);
    }

    public FaultPlan sparing(Set<String> nodes) {
        return new FaultPlan(lasting, recurrences, maximumAway, maximumLostDisks, nodes);
    }
}
