package network.dchat.meshaccess;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.mesh.QueueWrite;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.CorruptLogException;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.QueueRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The planner's durable queue: a map on an append log. The last record of a key counts.
///
/// The map is also in memory (the planner bounds it). Whenever the log has grown to several times
/// what
/// is alive, what is alive is written again and older segments are deleted.
final class QueueStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueStore.class);
    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;
    private static final int RECORD_BYTES = 112 * 1024 * 1024;
    private static final long SLACK_BYTES = 4L * SEGMENT_BYTES;

    private final Path directory;
    private Alive alive;
    private AppendLog log;

    QueueStore(Path directory) throws IOException {
        this.directory = directory;
        this.log = open();
        this.alive = load(log);
    }

    /// The map and how large it is.
    private static final class Alive {
        private final Map<String, ByteString> values = new LinkedHashMap<>();
        private long bytes;

        void apply(QueueWrite write) {
            ByteString before = switch (write) {
                case QueueWrite.Save(String key, ByteString value) -> {
                    bytes += value.size();
                    yield values.put(key, value);
                }
                case QueueWrite.Remove(String key) -> values.remove(key);
            };
            bytes -= before == null ? 0 : before.size();
        }
    }

    private AppendLog open() throws IOException {
        return AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES));
    }

    /// What the queue holds.
    synchronized Map<String, ByteString> alive() {
        return Map.copyOf(alive.values);
    }

    /// Makes changes durable, in order.
    synchronized void write(List<QueueWrite> writes) throws IOException {
        List<ByteString> records = new ArrayList<>(writes.size());
        for (QueueWrite write : writes) {
            records.add(record(write));
        }
        try {
            log.append(records);
        } catch (IOException e) {
            reopen();
            throw e;
        }
        writes.forEach(alive::apply);
        if (log.size() > SLACK_BYTES + 2 * alive.bytes) {
            compactOrLater();
        }
    }

    /// Only a new look at the disk tells what a failed append left there. Until one succeeds, what
    /// was alive before counts.
    private void reopen() throws IOException {
        log.abandon();
        AppendLog again = open();
        try {
            alive = load(again);
        } finally {
            log = again;
        }
    }

    private Alive load(AppendLog from) throws IOException {
        Alive found = new Alive();
        from.forEach((_, bytes) -> {
            try {
                QueueRecord record = QueueRecord.parseFrom(bytes);
                found.apply(record.getValue().isEmpty()
                        ? new QueueWrite.Remove(record.getKey())
                        : new QueueWrite.Save(record.getKey(), record.getValue()));
            } catch (InvalidProtocolBufferException e) {
                throw new CorruptLogException(
                        "queue log " + directory + " does not decode: " + e.getMessage());
            }
        });
        return found;
    }

    /// What was written is durable, whatever becomes of the compaction.
    private void compactOrLater() throws IOException {
        try {
            compact();
        } catch (IOException failed) {
            LOG.warn("event=queue-not-compacted directory={} reason=\"{}\"", directory,
                    failed.toString());
            reopen();
        }
    }

    private void compact() throws IOException {
        List<ByteString> records = new ArrayList<>();
        alive.values.forEach((key, value) -> records.add(record(new QueueWrite.Save(key, value))));
        int keepFrom = log.tailSegment();
        if (!records.isEmpty()) {
            List<LogPosition> positions = log.append(records);
            keepFrom = positions.getFirst().segment();
        }
        log.dropBefore(keepFrom);
    }

    private static ByteString record(QueueWrite write) {
        return switch (write) {
            case QueueWrite.Save(String key, ByteString value) ->
                QueueRecord.newBuilder().setKey(key).setValue(value).build().toByteString();
            case QueueWrite.Remove(String key) ->
                QueueRecord.newBuilder().setKey(key).build().toByteString();
        };
    }

    synchronized void abandon() throws IOException {
        log.abandon();
    }

    @Override
    public synchronized void close() throws IOException {
        log.close();
    }
}
