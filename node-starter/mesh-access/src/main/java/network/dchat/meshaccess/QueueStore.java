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

/// The planner's durable queue: a map on an append log. The last record of a key counts.
///
/// The map is also in memory (the planner bounds it). Whenever the log has grown to several times
/// what
/// is alive, what is alive is written again and older segments are deleted.
final class QueueStore implements AutoCloseable {
    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;
    private static final int RECORD_BYTES = 112 * 1024 * 1024;
    private static final long SLACK_BYTES = 4L * SEGMENT_BYTES;

    private final Path directory;
    private final Map<String, ByteString> alive = new LinkedHashMap<>();
    private AppendLog log;
    private long aliveBytes;

    QueueStore(Path directory) throws IOException {
        this.directory = directory;
        this.log = open();
        load();
    }

    private AppendLog open() throws IOException {
        return AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES));
    }

    /// What the queue holds.
    synchronized Map<String, ByteString> alive() {
        return Map.copyOf(alive);
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
        writes.forEach(this::apply);
        if (log.size() > SLACK_BYTES + 2 * aliveBytes) {
            compact();
        }
    }

    /// Only a new look at the disk tells what a failed append left there.
    private void reopen() throws IOException {
        log.abandon();
        log = open();
        load();
    }

    private void load() throws IOException {
        alive.clear();
        aliveBytes = 0;
        log.forEach((_, bytes) -> {
            try {
                QueueRecord record = QueueRecord.parseFrom(bytes);
                apply(record.getValue().isEmpty()
                        ? new QueueWrite.Remove(record.getKey())
                        : new QueueWrite.Save(record.getKey(), record.getValue()));
            } catch (InvalidProtocolBufferException e) {
                throw new CorruptLogException(
                        "queue log " + directory + " does not decode: " + e.getMessage());
            }
        });
    }

    private void apply(QueueWrite write) {
        ByteString before = switch (write) {
            case QueueWrite.Save(String key, ByteString value) -> {
                aliveBytes += value.size();
                yield alive.put(key, value);
            }
            case QueueWrite.Remove(String key) -> alive.remove(key);
        };
        aliveBytes -= before == null ? 0 : before.size();
    }

    private void compact() throws IOException {
        List<ByteString> records = new ArrayList<>();
        alive.forEach((key, value) -> records.add(record(new QueueWrite.Save(key, value))));
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
