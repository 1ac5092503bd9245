package network.dchat.starter.log;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import network.dchat.starter.node.Directories;

/// A log of records that only grows: numbered segment files, a checksum a record, one force for
/// many
/// writers.
///
/// [#append] returns when the record is durable; writers that come while a force runs share the
/// next
/// one. [#appendUnforced] only writes; a later force covers it. A torn tail (a record cut by a
/// crash at the end of the last segment) is cut at opening; damage anywhere else refuses to open.
/// After a failed write or force every later call fails: what is on disk is then unknown, and only
/// opening the log again tells.
///
/// Safe for many threads.
public final class AppendLog implements Closeable {
    private final Path directory;
    private final LogSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition forced = lock.newCondition();
    private final NavigableMap<Integer, Segment> segments = new TreeMap<>();
    private Segment tail;
    private long written;
    private long durable;
    private boolean forcing;
    private boolean failed;

    private AppendLog(Path directory, LogSettings settings, NavigableMap<Integer, Segment> found,
            Segment tail) {
        this.directory = directory;
        this.settings = settings;
        this.segments.putAll(found);
        this.tail = tail;
    }

    /// Opens the log in a directory, which is made when it is missing, and cuts a torn tail.
    ///
    /// @throws CorruptLogException when a record other than a torn last one is damaged
    public static AppendLog open(Path directory, LogSettings settings) throws IOException {
        Files.createDirectories(directory);
        NavigableMap<Integer, Segment> found = new TreeMap<>();
        try {
            recover(directory, settings, found);
        } catch (IOException | RuntimeException failed) {
            for (Segment segment : found.values()) {
                segment.close();
            }
            throw failed;
        }
        return new AppendLog(directory, settings, found, found.lastEntry().getValue());
    }

    private static void recover(Path directory, LogSettings settings,
            NavigableMap<Integer, Segment> found) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Segment::isSegment).toList()) {
                found.put(Segment.number(file), Segment.open(file, settings));
            }
        }
        for (Segment segment : found.values()) {
            boolean last = segment.number() == found.lastKey();
            segment.recover(last);
        }
        if (found.isEmpty()) {
            found.put(0, Segment.create(directory, 0, settings));
            Directories.force(directory);
        }
    }

    /// Writes a record and returns when it is durable.
    public LogPosition append(ByteString record) throws IOException {
        return append(List.of(record)).getFirst();
    }

    /// Writes records, in order, and returns when all are durable. None is written when one is
    /// empty or too large.
    public List<LogPosition> append(List<ByteString> records) throws IOException {
        records.forEach(this::requireSize);
        lock.lock();
        try {
            List<LogPosition> positions = new ArrayList<>(records.size());
            for (ByteString record : records) {
                positions.add(write(record));
            }
            awaitDurable(written);
            return positions;
        } finally {
            lock.unlock();
        }
    }

    /// Writes a record without forcing it.
    public LogPosition appendUnforced(ByteString record) throws IOException {
        requireSize(record);
        lock.lock();
        try {
            return write(record);
        } finally {
            lock.unlock();
        }
    }

    /// Returns when all that was written before the call is durable.
    public void force() throws IOException {
        lock.lock();
        try {
            awaitDurable(written);
        } finally {
            lock.unlock();
        }
    }

    /// The record at a position that an append returned.
    ///
    /// @throws CorruptLogException when what lies there does not match its checksum
    public ByteString read(LogPosition position) throws IOException {
        return segment(position.segment()).read(position.offset());
    }

    /// All records from a position on (or from the start), in order, up to what is written now.
    public void forEach(LogPosition from, RecordVisitor visitor) throws IOException {
        List<Segment> walked;
        lock.lock();
        try {
            walked = List.copyOf(segments.tailMap(from.segment(), true).values());
        } finally {
            lock.unlock();
        }
        for (Segment segment : walked) {
            int start = segment.number() == from.segment() ? from.offset() : 0;
            segment.forEach(start, visitor);
        }
    }

    /// All records, in order.
    public void forEach(RecordVisitor visitor) throws IOException {
        forEach(new LogPosition(0, 0), visitor);
    }

    /// Deletes whole segments that lie before this one, the oldest first and each durably before
    /// the next, so that a crash leaves an end of the log without gaps; the tail always stays.
    public void dropBefore(int segment) throws IOException {
        List<Segment> old;
        lock.lock();
        try {
            old = List.copyOf(segments.headMap(Math.min(segment, tail.number()), false).values());
            old.forEach(dropped -> segments.remove(dropped.number()));
        } finally {
            lock.unlock();
        }
        for (Segment dropped : old) {
            dropped.delete();
            Directories.force(directory);
        }
    }

    /// Deletes one whole segment; the tail is never deleted. Answers whether it was there.
    public boolean drop(int segment) throws IOException {
        lock.lock();
        try {
            Segment dropped = segment == tail.number() ? null : segments.remove(segment);
            if (dropped == null) {
                return false;
            }
            dropped.delete();
        } finally {
            lock.unlock();
        }
        Directories.force(directory);
        return true;
    }

    /// Forgets everything from a position on, durably. For a log whose reader found the rest
    /// useless. Cut short by a crash, it leaves a beginning of the log without gaps.
    public void truncate(LogPosition position) throws IOException {
        lock.lock();
        try {
            for (Segment later : List
                    .copyOf(segments.tailMap(position.segment(), false).descendingMap().values())) {
                segments.remove(later.number());
                later.delete();
            }
            tail = segment(position.segment());
            tail.truncate(position.offset());
        } finally {
            lock.unlock();
        }
        Directories.force(directory);
    }

    /// Bytes on disk.
    public long size() {
        lock.lock();
        try {
            return segments.values().stream().mapToLong(Segment::size).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Number of the segment that is written now.
    public int tailSegment() {
        lock.lock();
        try {
            return tail.number();
        } finally {
            lock.unlock();
        }
    }

    /// Forces what was written and closes all files.
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!failed) {
                awaitDurable(written);
            }
        } finally {
            try {
                closeFiles();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Closes all files without forcing, as a crash would.
    public void abandon() throws IOException {
        lock.lock();
        try {
            failed = true;
            closeFiles();
        } finally {
            lock.unlock();
        }
    }

    private void closeFiles() throws IOException {
        for (Segment segment : segments.values()) {
            segment.close();
        }
    }

    private LogPosition write(ByteString record) throws IOException {
        if (failed) {
            throw new IOException("append log " + directory + " failed before; open it again");
        }
        try {
            if (tail.size() >= settings.segmentBytes()) {
                roll();
            }
            LogPosition position = tail.write(record);
            written++;
            return position;
        } catch (IOException e) {
            failed = true;
            forced.signalAll();
            throw e;
        }
    }

    private void requireSize(ByteString record) {
        if (record.isEmpty() || record.size() > settings.recordBytes()) {
            throw new IllegalArgumentException("record: " + record.size()
                    + " bytes (expected: 1 to " + settings.recordBytes() + ")");
        }
    }

    private void roll() throws IOException {
        tail.force();
        Segment next = Segment.create(directory, tail.number() + 1, settings);
        Directories.force(directory);
        segments.put(next.number(), next);
        tail = next;
    }

    private void awaitDurable(long count) throws IOException {
        while (durable < count) {
            if (failed) {
                throw new IOException("append log " + directory + " could not be forced");
            }
            if (forcing) {
                forced.awaitUninterruptibly();
            } else {
                forceTail();
            }
        }
    }

    private void forceTail() throws IOException {
        long covers = written;
        Segment forcedSegment = tail;
        forcing = true;
        lock.unlock();
        boolean done = false;
        try {
            forcedSegment.force();
            done = true;
        } finally {
            lock.lock();
            forcing = false;
            failed |= !done;
            if (done) {
                durable = Math.max(durable, covers);
            }
            forced.signalAll();
        }
    }

    private Segment segment(int number) {
        lock.lock();
        try {
            Segment segment = segments.get(number);
            if (segment == null) {
                throw new IllegalArgumentException(
                        "segment: " + number + " (expected: one of " + segments.keySet() + ")");
            }
            return segment;
        } finally {
            lock.unlock();
        }
    }
}
