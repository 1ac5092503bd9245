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

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, String> byDraft = new HashMap<>();
    private final TreeMap<String, Set<String>> words = new TreeMap<>();

    /// A message in short.
    private record Entry(String id, ByteString peer, long atMillis,
            Optional<OrderPosition> position, boolean waiting, boolean outgoing) {}

    /// Takes up a message, or what has become of it.
    synchronized void show(ConversationRow row) {
        String id = id(row);
        Entry before = entries.put(id, entry(id, row));
        if (!row.getDraftId().isEmpty() && !row.getId().isEmpty()) {
            String draft = Octets.hex(row.getDraftId());
            byDraft.put(draft, id);
            forget(draft, row);
        }
        if (before == null && row.getKind() == ContentKind.TEXT) {
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

    /// The messages of a conversation: final ones by position, then the others by time.
    synchronized List<String> conversation(ByteString peer) {
        return entries.values().stream().filter(entry -> entry.peer().equals(peer)).sorted(ORDER)
                .map(Entry::id).toList();
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
        return entries.values().stream()
                .anyMatch(entry -> !entry.outgoing() && entry.peer().equals(peer));
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
        boolean waiting = row.getOutgoing() && row.getRefusal().isEmpty()
                && DeliveryState.of(row).compareTo(DeliveryState.STORED) < 0;
        Optional<OrderPosition> position = row.hasPosition()
                ? OrderPosition.parse(row.getPosition())
                : Optional.empty();
        return new Entry(id, row.getPeer(), row.getQueuedAt(), position, waiting,
                row.getOutgoing());
    }

    private void forget(String draft, ConversationRow row) {
        if (entries.remove(draft) != null && row.getKind() == ContentKind.TEXT) {
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
