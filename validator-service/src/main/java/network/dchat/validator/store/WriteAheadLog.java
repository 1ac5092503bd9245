package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.WalRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The write-ahead log of consensus. Segments from before the height at hand are dropped. Owned
/// by one thread.
///
/// Each append is one record of the append log: a mark, then length-delimited [WalRecord]s. It is
/// written when the one before is durable, so damage with a whole record behind it is not the torn
/// tail of a crash: then the log refuses to open until an operator sets it aside.
final class WriteAheadLog implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteAheadLog.class);
    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;
    private static final int RECORD_BYTES = 20 * 1024 * 1024;
    private static final int BATCH_BYTES = 2 * 1024 * 1024;

    private final AppendLog log;
    private long height;

    private WriteAheadLog(AppendLog log) {
        this.log = log;
    }

    /// Opens the log and cuts a torn tail.
    ///
    /// @throws IOException when it is damaged elsewhere, and how an operator resolves that
    static WriteAheadLog open(Path directory, DamagedLog damaged) throws IOException {
        Optional<String> damage = WalDamage.find(directory);
        if (damage.isPresent() && damaged == DamagedLog.REFUSE) {
            throw new IOException("write-ahead log: " + damage.get() + ". To go on without it,"
                    + " start once with --dchat.validator.damaged-log=set-aside: the validator"
                    + " then signs nothing until the others have decided the height at hand");
        }
        if (damage.isPresent()) {
            Path aside = WalDamage.setAside(directory);
            LOG.warn("event=log-set-aside to={} reason=\"{}\"", aside, damage.get());
        }
        return new WriteAheadLog(
                AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES)));
    }

    /// All records, in order. Read before the first append.
    List<WalRecord> records() throws IOException {
        List<WalRecord> records = new ArrayList<>();
        log.forEach((_, record) -> records.addAll(parse(record)));
        records.forEach(record -> height = Math.max(height, record.getStart().getHeight()));
        return records;
    }

    /// Appends records and returns when they are durable.
    void append(List<WalRecord> records) throws IOException {
        int segment = log.tailSegment();
        boolean begins = false;
        ByteString.Output batch = ByteString.newOutput();
        WalDamage.MARK.writeTo(batch);
        for (WalRecord record : records) {
            if (batch.size() > BATCH_BYTES) {
                log.append(batch.toByteString());
                batch.reset();
                WalDamage.MARK.writeTo(batch);
            }
            record.writeDelimitedTo(batch);
            if (record.hasStart() && record.getStart().getHeight() > height) {
                height = record.getStart().getHeight();
                begins = true;
            }
        }
        log.append(batch.toByteString());
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

    /// A record without the mark is a single one, as earlier versions wrote it.
    private static List<WalRecord> parse(ByteString batch) throws IOException {
        try {
            if (!batch.startsWith(WalDamage.MARK)) {
                return List.of(WalRecord.parseFrom(batch));
            }
            List<WalRecord> records = new ArrayList<>();
            InputStream stream = batch.substring(WalDamage.MARK.size()).newInput();
            WalRecord record = WalRecord.parseDelimitedFrom(stream);
            while (record != null) {
                records.add(record);
                record = WalRecord.parseDelimitedFrom(stream);
            }
            return records;
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("write-ahead log: a record does not decode", broken);
        }
    }
}
