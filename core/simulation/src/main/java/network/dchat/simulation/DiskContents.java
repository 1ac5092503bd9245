package network.dchat.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What is durable on a node's disk. Read-only to everyone outside the simulator; names are sorted.
public final class DiskContents {
    private final NavigableMap<String, List<Octets>> logs = new TreeMap<>();
    private final NavigableMap<String, Octets> files = new TreeMap<>();
    private long size;

    DiskContents() {}

    /// The records of a log, oldest first; empty when there is no such log.
    public List<Octets> log(String name) {
        List<Octets> records = logs.get(name);
        return records == null ? List.of() : Collections.unmodifiableList(records);
    }

    /// The content of a file.
    public Optional<Octets> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /// The names of all logs.
    public Set<String> logs() {
        return Collections.unmodifiableSet(logs.keySet());
    }

    /// All files by name, so that a prefix of names can be asked for with `subMap`.
    public NavigableMap<String, Octets> files() {
        return Collections.unmodifiableNavigableMap(files);
    }

    /// Bytes of all records and files.
    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return logs.isEmpty() && files.isEmpty();
    }

    DiskContents copy() {
        DiskContents copy = new DiskContents();
        logs.forEach((name, records) -> copy.logs.put(name, new ArrayList<>(records)));
        copy.files.putAll(files);
        copy.size = size;
        return copy;
    }

    void apply(Write write) {
        switch (write) {
            case Write.Append(String log, Octets content) -> {
                logs.computeIfAbsent(log, _ -> new ArrayList<>()).add(content);
                size += content.size();
            }
            case Write.Replace(String file, Octets content) -> {
                Octets old = files.put(file, content);
                size += content.size() - (old == null ? 0 : old.size());
            }
            case Write.Remove(String target) -> remove(target);
            case Write.Truncate(String log, int length) -> truncate(log, length);
        }
    }

    void clear() {
        logs.clear();
        files.clear();
        size = 0;
    }

    private void remove(String target) {
        truncate(target, 0);
        logs.remove(target);
        Octets old = files.remove(target);
        size -= old == null ? 0 : old.size();
    }

    private void truncate(String log, int length) {
        List<Octets> records = logs.get(log);
        while (records != null && records.size() > length) {
            size -= records.removeLast().size();
        }
    }
}
