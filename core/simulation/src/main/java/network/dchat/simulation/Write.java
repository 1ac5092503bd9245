package network.dchat.simulation;

/// One change of a node's disk. A disk holds named *logs* (lists of records) and named *files*
/// (small contents that are replaced as a whole, also good for the rows of a table).
public sealed interface Write {
    /// The name of the log or file that changes.
    String target();

    /// Adds a record to the end of a log, which is made when there is none.
    record Append(String target, Octets content) implements Write {}

    /// Gives a file a new content, all or nothing.
    record Replace(String target, Octets content) implements Write {}

    /// Removes a file or a whole log; nothing happens when there is none.
    record Remove(String target) implements Write {}

    /// Cuts a log after its first `length` records.
    record Truncate(String target, int length) implements Write {
        public Truncate {
            if (length < 0) {
                throw new IllegalArgumentException("length: " + length + " (expected: 0 or more)");
            }
        }
    }

    static Write append(String log, byte[] content) {
        return new Append(log, Octets.of(content));
    }

    static Write replace(String file, byte[] content) {
        return new Replace(file, Octets.of(content));
    }

    static Write remove(String target) {
        return new Remove(target);
    }

    static Write truncate(String log, int length) {
        return new Truncate(log, length);
    }

    /// The bytes that this change needs on the disk.
    default int size() {
        return switch (this) {
            case Append(_, Octets content) -> content.size();
            case Replace(_, Octets content) -> content.size();
            case Remove _,Truncate _ -> 0;
        };
    }
}
