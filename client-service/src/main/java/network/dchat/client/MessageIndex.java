package network.dchat.client;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import network.dchat.identity.Octets;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;

/// What is held in memory of all messages: their order and their words. Rebuilt at every start, so
/// that
/// nothing readable lies on the disk. Safe for many threads.
final class MessageIndex {
    private static final Pattern SEPARATOR = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int LONGEST_WORD = 64;
    private static final Comparator<Entry> ORDER = Comparator
            .comparing((Entry entry) -> entry.position().isEmpty())
            .thenComparing(entry -> entry.position().orElse(new OrderPosition(1, 0, 0)))
            .thenComparingLong(Entry::atMillis).thenComparing(Entry::id);

    private static final Comparator<Entry> ARRIVAL = Comparator.comparingLong(Entry::atMillis)
            .thenComparing(ORDER);

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, String> byDraft = new HashMap<>();
    private final TreeMap<String, Set<String>> words = new TreeMap<>();

    /// Everyone from whom something came.
    private final Set<ByteString> heard = new HashSet<>();

    /// A message in short.
    private record Entry(String id, ByteString peer, long atMillis,
            Optional<OrderPosition> position, boolean late, boolean waiting, boolean unread) {
        boolean isSettled() {
            return position.isPresent() && !late;
        }
    }

    /// Takes up a message, or what has become of it.
    synchronized void show(ConversationRow row) {
        if (row.getKind() != ContentKind.TEXT) {
            return;
        }
        String id = id(row);
        if (!row.getOutgoing()) {
            heard.add(row.getPeer());
        }
        Entry before = entries.put(id, entry(id, row));
        if (!row.getDraftId().isEmpty() && !row.getId().isEmpty()) {
            String draft = Octets.hex(row.getDraftId());
            byDraft.put(draft, id);
            forget(draft, row);
        }
        if (before == null) {
            words(row.getBody().toString(StandardCharsets.UTF_8))
                    .forEach(word -> words.computeIfAbsent(word, _ -> new HashSet<>()).add(id));
        }
    }

    /// The id under which a message is kept, from its id or its name before it had one.
    synchronized Optional<String> resolve(String name) {
        if (entries.containsKey(name)) {
            return Optional.of(name);
        }
        return Optional.ofNullable(byDraft.get(name));
    }

    /// The messages of a conversation: final ones by position, each late one after the last of them
    /// that was here when it arrived, then the others by time.
    synchronized List<String> conversation(ByteString peer) {
        return inOrder(peer).stream().map(Entry::id).toList();
    }

    /// Received messages of a conversation that are not marked as read, in order, up to one.
    synchronized List<String> unread(ByteString peer, String last) {
        List<String> unread = new ArrayList<>();
        for (Entry entry : inOrder(peer)) {
            if (entry.unread()) {
                unread.add(entry.id());
            }
            if (entry.id().equals(last)) {
                return unread;
            }
        }
        return List.of();
    }

    /// The messages that hold every word of a query, newest first; the last word may be a
    /// beginning.
    synchronized List<String> search(String query, int most) {
        List<String> wanted = new ArrayList<>(words(query));
        if (wanted.isEmpty()) {
            return List.of();
        }
        Set<String> found = new HashSet<>();
        String last = wanted.removeLast();
        words.subMap(last, last + Character.MAX_VALUE).values().forEach(found::addAll);
        wanted.forEach(word -> found.retainAll(words.getOrDefault(word, Set.of())));
        return found.stream().map(entries::get)
                .sorted(Comparator.comparingLong(Entry::atMillis).reversed()).limit(most)
                .map(Entry::id).toList();
    }

    /// Whether anything came from this user.
    synchronized boolean heardOf(ByteString peer) {
        return heard.contains(peer);
    }

    /// Own messages that no two relays of the recipient have.
    synchronized long waiting() {
        return entries.values().stream().filter(Entry::waiting).count();
    }

    synchronized int size() {
        return entries.size();
    }

    static String id(ConversationRow row) {
        return Octets.hex(row.getId().isEmpty() ? row.getDraftId() : row.getId());
    }

    private static Entry entry(String id, ConversationRow row) {
        boolean waiting = row.getOutgoing() && !Refusal.isForGood(row)
                && DeliveryState.of(row).compareTo(DeliveryState.STORED) < 0;
        Optional<OrderPosition> position = row.hasPosition()
                ? OrderPosition.parse(row.getPosition())
                : Optional.empty();
        return new Entry(id, row.getPeer(), row.getQueuedAt(), position, LateArrival.isLate(row),
                waiting, !row.getOutgoing() && row.getReadAt() == 0);
    }

    private List<Entry> inOrder(ByteString peer) {
        List<Entry> settled = new ArrayList<>();
        List<Entry> late = new ArrayList<>();
        List<Entry> open = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.peer().equals(peer)) {
                (entry.isSettled() ? settled : entry.late() ? late : open).add(entry);
            }
        }
        settled.sort(ORDER);
        late.sort(ARRIVAL);
        open.sort(ORDER);
        List<Entry> ordered = late.isEmpty() ? settled : merged(settled, late);
        ordered.addAll(open);
        return ordered;
    }

    /// Puts each late message after the last settled one that was here before it.
    private static List<Entry> merged(List<Entry> settled, List<Entry> late) {
        long[] firstLater = new long[settled.size() + 1];
        firstLater[settled.size()] = Long.MAX_VALUE;
        for (int index = settled.size() - 1; index >= 0; index--) {
            firstLater[index] = Math.min(firstLater[index + 1], settled.get(index).atMillis());
        }
        List<Entry> merged = new ArrayList<>(settled.size() + late.size());
        int next = 0;
        for (Entry entry : late) {
            while (firstLater[next] <= entry.atMillis()) {
                merged.add(settled.get(next));
                next++;
            }
            merged.add(entry);
        }
        merged.addAll(settled.subList(next, settled.size()));
        return merged;
    }

    private void forget(String draft, ConversationRow row) {
        if (entries.remove(draft) != null) {
            words(row.getBody().toString(StandardCharsets.UTF_8)).forEach(word -> {
                Set<String> ids = words.get(word);
                if (ids != null) {
                    ids.remove(draft);
                }
            });
        }
    }

    private static List<String> words(String text) {
        return SEPARATOR.splitAsStream(text.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, Math.min(word.length(), LONGEST_WORD))).distinct()
                .toList();
    }
}
