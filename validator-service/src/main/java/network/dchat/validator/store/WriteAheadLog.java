package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.WalRecord;

/// The write-ahead log of consensus. Segments from before the height at hand are dropped. Owned
/// by one
/// thread.
final class WriteAheadLog implements Closeable {
    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;
    private static final int RECORD_BYTES = 20 * 1024 * 1024;

    private final AppendLog log;
    private long height;

    private WriteAheadLog(AppendLog log) {
        this.log = log;
    }

    static WriteAheadLog open(Path directory) throws IOException {
        return new WriteAheadLog(
                AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES)));
    }

    /// All records, in order. Read before the first append.
    List<WalRecord> records() throws IOException {
        List<WalRecord> records = new ArrayList<>();
        log.forEach((_, record) -> records.add(parse(record)));
        records.forEach(record -> height = Math.max(height, record.getStart().getHeight()));
        return records;
    }

    /// Appends records and returns when they are durable.
    void append(List<WalRecord> records) throws IOException {
        int segment = log.tailSegment();
        boolean begins = false;
        List<ByteString> encoded = new ArrayList<>(records.size());
        for (WalRecord record : records) {
            encoded.add(record.toByteString());
            if (record.hasStart() && record.getStart().getHeight() > height) {
                height = record.getStart().getHeight();
                begins = true;
            }
        }
        log.append(encoded);
        if (begins) {
            log.dropBefore(segment);
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    void abandon() throws IOException {
        log.abandon();
    }

    private static WalRecord parse(ByteString record) throws IOException {
        try {
            return WalRecord.parseFrom(record);
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("write-ahead log: a record does not decode", broken);
        }
    }
}
