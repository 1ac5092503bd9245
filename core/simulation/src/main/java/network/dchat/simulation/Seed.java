package network.dchat.simulation;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one number that a simulated run follows from, and the command that runs it again.
public final class Seed {
    private static final long GENERATOR_SALT = 0x9E3779B97F4A7C15L;

    private final long value;
    private final String replay;
    private final Generator generator;
    private final @Nullable Consumer<String> traceReader;
    private @Nullable Simulation<?, ?> simulation;

    Seed(long value, String replay) {
        this(value, replay, null);
    }

    private Seed(long value, String replay, @Nullable Consumer<String> traceReader) {
        this.value = value;
        this.replay = replay;
        this.traceReader = traceReader;
        this.generator = new Generator(new SplittableRandom(value ^ GENERATOR_SALT));
    }

    /// A seed outside of [Seeds], for a run that is written by hand.
    public static Seed of(long value) {
        return new Seed(value, "-Dsimulation.seed=" + value);
    }

    public long value() {
        return value;
    }

    /// The one command that runs this seed again.
    public String replay() {
        return replay;
    }

    /// The draws of the test itself, apart from those of the simulated world; the same generator
    /// at each call.
    public Generator generator() {
        return generator;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }

    /// The same seed, not used yet, whose simulations hand over every line of their traces.
    Seed tracedTo(Consumer<String> reader) {
        return new Seed(value, replay, reader);
    }

    void opened(Simulation<?, ?> opened) {
        simulation = opened;
        if (traceReader != null) {
            opened.traceTo(traceReader);
        }
    }

    /// The last faults and lines of the simulation that was opened last with this seed.
    String story() {
        return simulation == null ? "" : simulation.story();
    }
}
