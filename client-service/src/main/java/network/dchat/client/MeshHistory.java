package network.dchat.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Octets;
import network.dchat.wire.v1.ConversationRow;

/// History as it was read from the mesh, nothing of it from the store.
///
/// @param messages by time; of a long history the newest
/// @param objects  how many objects the mesh listed
/// @param faults   objects that could not be read, or not as a whole
/// @param truncated whether there is more
public record MeshHistory(List<ConversationRow> messages, int objects,
        List<RestoreProgress.Fault> faults, boolean truncated) {
    public MeshHistory {
        messages = List.copyOf(messages);
        faults = List.copyOf(faults);
    }

    /// Reads it.
    ///
    /// @param most messages after which it is enough
    /// @throws java.util.concurrent.CompletionException when too few storage nodes answer
    static MeshHistory read(ArchiveReader reader, int most) throws IOException {
        Collector collector = new Collector(most);
        ArchiveReader.Extent extent = reader.read(_ -> true, collector);
        List<ConversationRow> sorted = new ArrayList<>(collector.rows.values());
        sorted.sort(Comparator.comparingLong(MeshHistory::atMillis)
                .thenComparing(row -> Octets.hex(row.getId())));
        return new MeshHistory(sorted, extent.objects(), collector.faults,
                extent.truncated() || collector.enough);
    }

    /// When a message was made, by its sender's clock.
    public static long atMillis(ConversationRow row) {
        return row.getOutgoing() ? row.getQueuedAt() : row.getComposedAt();
    }

    private static final class Collector implements ArchiveReader.Taker {
        private final int most;
        private final Map<String, ConversationRow> rows = new HashMap<>();
        private final List<RestoreProgress.Fault> faults = new ArrayList<>();
        private boolean enough;

        Collector(int most) {
            this.most = most;
        }

        @Override
        public boolean take(ArchiveReader.Pack pack) {
            for (ConversationRow row : pack.rows()) {
                rows.merge(MessageIndex.id(row), row, MessageMerge::merge);
            }
            if (pack.damaged() > 0) {
                failed(pack.name(), pack.damaged() + " records cannot be read", true);
            }
            enough = rows.size() >= most;
            return !enough;
        }

        @Override
        public void failed(String name, String reason, boolean forGood) {
            if (faults.size() < RestoreProgress.MOST_FAULTS) {
                faults.add(new RestoreProgress.Fault(name, reason));
            }
        }
    }
}
