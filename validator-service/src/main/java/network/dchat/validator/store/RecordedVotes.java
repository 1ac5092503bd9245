package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Vote;

/// The votes of heights that took more than one round, or in which someone voted twice, so that one
/// can still ask later who was to blame. Bounded: the latest heights, a whole file dropped at a
/// time. For many threads.
public final class RecordedVotes implements Closeable {
    /// Heights that are kept.
    public static final int HEIGHTS = 1_000;
    /// Bytes of a height's votes; those that do not fit are left out.
    static final int HEIGHT_BYTES = 1024 * 1024;

    private static final int SEGMENT_BYTES = 1024 * 1024;
    private static final int FRAMING_BYTES = 64;

    private final AppendLog log;
    private final NavigableMap<Long, LogPosition> positions = new TreeMap<>();

    private RecordedVotes(AppendLog log) {
        this.log = log;
    }

    /// Opens the file.
    ///
    /// @throws IOException when it cannot be read
    public static RecordedVotes open(Path directory) throws IOException {
        RecordedVotes opened = new RecordedVotes(AppendLog.open(directory,
                new LogSettings(SEGMENT_BYTES, HEIGHT_BYTES + FRAMING_BYTES)));
        try {
            opened.log.forEach((position, record) -> parse(record).stream().findFirst()
                    .ifPresent(vote -> opened.positions.put(vote.getHeight(), position)));
            opened.forget();
            return opened;
        } catch (IOException | RuntimeException failure) {
            opened.log.abandon();
            throw failure;
        }
    }

    /// Keeps the votes of a height, in place of what was kept of it before.
    public void add(long height, List<Vote> votes) throws IOException {
        ConsensusFrame.Builder frame = ConsensusFrame.newBuilder();
        long bytes = 0;
        for (Vote vote : votes) {
            bytes += vote.getSerializedSize() + FRAMING_BYTES;
            if (vote.getHeight() == height && bytes <= HEIGHT_BYTES) {
                frame.addMessages(ConsensusMessage.newBuilder().setVote(vote));
            }
        }
        if (frame.getMessagesCount() == 0) {
            return;
        }
        synchronized (positions) {
            positions.put(height, log.append(frame.build().toByteString()));
            forget();
        }
    }

    /// The votes of a height; empty when none are kept of it.
    public Optional<List<Vote>> of(long height) throws IOException {
        synchronized (positions) {
            LogPosition position = positions.get(height);
            return position == null ? Optional.empty() : Optional.of(parse(log.read(position)));
        }
    }

    /// The heights of which votes are kept, the latest first.
    public List<Long> heights() {
        synchronized (positions) {
            return List.copyOf(positions.descendingKeySet());
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    /// Drops the lowest heights beyond the bound, and the files that hold nothing else.
    private void forget() throws IOException {
        while (positions.size() > HEIGHTS) {
            positions.pollFirstEntry();
        }
        int first = positions.values().stream().mapToInt(LogPosition::segment).min().orElse(0);
        log.dropBefore(first);
    }

    private static List<Vote> parse(ByteString record) throws IOException {
        try {
            return ConsensusFrame.parseFrom(record).getMessagesList().stream()
                    .map(ConsensusMessage::getVote).toList();
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("recorded votes: a record is none", broken);
        }
    }
}
