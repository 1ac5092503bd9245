package network.dchat.simulation;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What happened, line by line: the last lines and the last faults for a failure, and a fingerprint
/// of all. Lines are put into words only when somebody reads them.
final class Trace {
    private static final int SHOWN_FAULTS = 20;
    private static final int SHOWN_CHARACTERS = 200;
    private static final long PRIME = 0x100000001B3L;

    /// The last lines of one kind.
    private static final class Ring {
        private final long[] times;
        private final long[] events;
        private final String[] verbs;
        private final String[] nodes;
        private final String[] peers;
        private final @Nullable Object[] details;
        private long lines;

        private Ring(int length) {
            times = new long[length];
            events = new long[length];
            verbs = new String[length];
            nodes = new String[length];
            peers = new String[length];
            details = new @Nullable Object[length];
        }

        private void add(Kernel kernel, String verb, String node, String peer,
                @Nullable Object detail) {
            int slot = (int) (lines % times.length);
            times[slot] = kernel.now();
            events[slot] = kernel.events();
            verbs[slot] = verb;
            nodes[slot] = node;
            peers[slot] = peer;
            details[slot] = detail;
            lines++;
        }

        private void tell(StringBuilder text) {
            for (long line = Math.max(0, lines - times.length); line < lines; line++) {
                text.append("  ").append(line(line)).append('\n');
            }
        }

        private String line(long number) {
            int slot = (int) (number % times.length);
            StringBuilder line = new StringBuilder();
            line.append(milliseconds(times[slot])).append(" #").append(events[slot]).append(' ');
            line.append(nodes[slot]).append(' ').append(verbs[slot]);
            if (!peers[slot].isEmpty()) {
                line.append(' ').append(peers[slot]);
            }
            if (details[slot] != null) {
                String detail = String.valueOf(details[slot]).replace('\n', ' ');
                line.append(' ').append(detail, 0, Math.min(SHOWN_CHARACTERS, detail.length()));
            }
            return line.toString();
        }
    }

    private final Ring all;
    private final Ring faults = new Ring(SHOWN_FAULTS);
    private long fingerprint = 0xCBF29CE484222325L;
    private @Nullable Consumer<String> reader;

    Trace(int length) {
        all = new Ring(length);
    }

    void readBy(Consumer<String> newReader) {
        reader = newReader;
    }

    void add(Kernel kernel, String verb, String node, String peer, @Nullable Object detail) {
        all.add(kernel, verb, node, peer, detail);
        long words = 31L * (31L * verb.hashCode() + node.hashCode()) + peer.hashCode();
        fingerprint = (fingerprint ^ kernel.now()) * PRIME;
        fingerprint = (fingerprint ^ words) * PRIME;
        if (reader != null) {
            reader.accept(all.line(all.lines - 1));
        }
    }

    /// A line that stays in sight when many others follow.
    void addFault(Kernel kernel, String verb, String node, String peer, @Nullable Object detail) {
        faults.add(kernel, verb, node, peer, detail);
        add(kernel, verb, node, peer, detail);
    }

    long fingerprint() {
        return fingerprint;
    }

    /// The last faults and the last lines.
    String story() {
        StringBuilder text = new StringBuilder("last faults:\n");
        faults.tell(text);
        text.append("last lines:\n");
        all.tell(text);
        return text.toString();
    }

    static String milliseconds(long nanos) {
        String fraction = Long.toString(1_000_000 + nanos % 1_000_000).substring(1);
        return nanos / 1_000_000 + "." + fraction + " ms";
    }
}
