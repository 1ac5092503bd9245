package network.dchat.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One node's disk: what is durable, and the persists that wait for a force. It outlives the node's
/// crashes.
public final class Disk {
    private final DiskSettings settings;
    private final Generator random;
    private final DiskContents durable = new DiskContents();
    private final List<Unit> pending = new ArrayList<>();
    private long capacity;
    private int forcesToFail;
    private long forces;

    /// One persist on its way to the disk.
    static final class Unit {
        private final List<Write> writes;
        private boolean durable;

        private Unit(List<Write> writes) {
            this.writes = writes;
        }

        boolean isDurable() {
            return durable;
        }

        private long size() {
            return writes.stream().mapToLong(Write::size).sum();
        }
    }

    Disk(DiskSettings settings, Generator random) {
        this.settings = settings;
        this.random = random;
        this.capacity = settings.capacityBytes();
    }

    /// What is durable now; it changes as the simulation goes on.
    public DiskContents contents() {
        return durable;
    }

    /// Persists that were written and not yet forced.
    public int unforced() {
        return pending.size();
    }

    /// How many forces were carried out.
    public long forces() {
        return forces;
    }

    /// Lets the next forces fail; what they should have forced may or may not be durable.
    public void failForces(int count) {
        Checks.range("count", count, 0, Integer.MAX_VALUE);
        forcesToFail = count;
    }

    /// Changes what fits on the disk: the current size makes it full.
    public void capacity(long bytes) {
        Checks.range("bytes", bytes, 0, Long.MAX_VALUE);
        capacity = bytes;
    }

    /// Ends what [#failForces] and [#capacity] did.
    public void heal() {
        forcesToFail = 0;
        capacity = settings.capacityBytes();
    }

    Unit write(List<Write> writes) {
        Unit unit = new Unit(writes);
        pending.add(unit);
        return unit;
    }

    long drawForceNanos() {
        return random.evenly(settings.forceMinimum().toNanos(), settings.forceMaximum().toNanos());
    }

    /// Ends a force of the first `count` pending persists. False when it failed: then nothing is
    /// pending any more, and nothing is called durable though some of it may be there.
    boolean force(int count) {
        forces++;
        if (forcesToFail > 0) {
            forcesToFail--;
            tear();
            return false;
        }
        List<Unit> forced = pending.subList(0, count);
        for (Unit unit : forced) {
            if (durable.size() + unit.size() > capacity) {
                pending.clear();
                return false;
            }
            unit.writes.forEach(durable::apply);
        }
        forced.forEach(unit -> unit.durable = true);
        forced.clear();
        return true;
    }

    /// Ends all pending persists as a crash does: some first ones survive, one may be torn.
    void tear() {
        int surviving = random.evenly(0, pending.size());
        for (int i = 0; i < surviving; i++) {
            pending.get(i).writes.forEach(durable::apply);
        }
        if (surviving < pending.size() && settings.tearing() != Tearing.TRANSACTIONS) {
            tear(pending.get(surviving));
        }
        pending.clear();
    }

    /// Loses everything.
    void wipe() {
        pending.clear();
        durable.clear();
    }

    private void tear(Unit unit) {
        Map<String, List<Write>> byTarget = new TreeMap<>();
        for (Write write : unit.writes) {
            byTarget.computeIfAbsent(write.target(), _ -> new ArrayList<>()).add(write);
        }
        byTarget.values().forEach(this::tear);
    }

    private void tear(List<Write> writes) {
        int surviving = random.evenly(0, writes.size());
        writes.subList(0, surviving).forEach(durable::apply);
        if (settings.tearing() == Tearing.BYTES && surviving < writes.size()
                && writes.get(surviving) instanceof Write.Append(String log, Octets content)
                && content.size() > 1) {
            int length = random.evenly(0, content.size() - 1);
            if (length > 0) {
                durable.apply(new Write.Append(log, content.prefix(length)));
            }
        }
    }
}
