package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.wire.v1.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which relays are the user's: those that were fixed, or the three that answer fastest. One that
/// cannot
/// be attached to for a minute, for whatever reason, gives way to another.
final class RelayChoice {
    private static final Logger LOG = LoggerFactory.getLogger(RelayChoice.class);
    private static final String ROW = "relays";
    private static final int WANTED = 3;
    private static final int MEASURED = 8;
    private static final long PATIENCE_MILLIS = 60_000;
    private static final long FIRST_LOOK_MILLIS = 5_000;
    private static final long MEASURE_SECONDS = 5;

    private final ClientProperties properties;
    private final Store store;
    private final PeerDirectory directory;
    private final PeerChannels channels;
    private final Surroundings world;
    private final long startedMillis;
    private final Map<PeerId, Long> lastSeen = new HashMap<>();
    private volatile List<PeerId> chosen;

    RelayChoice(ClientProperties properties, Store store, PeerDirectory directory,
            PeerChannels channels, Surroundings world) throws IOException {
        this.properties = properties;
        this.store = store;
        this.directory = directory;
        this.channels = channels;
        this.world = world;
        this.startedMillis = world.now();
        this.chosen = properties.fixedRelays().isEmpty() ? load() : properties.fixedRelays();
        chosen.forEach(relay -> lastSeen.put(relay, startedMillis));
    }

    /// The relays now, best first.
    List<PeerId> chosen() {
        return chosen;
    }

    /// How many of them must be attached for the user to be reachable.
    int needed() {
        return Math.min(2, Math.max(1, chosen.size()));
    }

    /// Looks at the choice again. Blocks for up to some seconds.
    ///
    /// @return true when it changed
    synchronized boolean review(List<PeerId> attached) throws IOException {
        long now = world.now();
        attached.forEach(relay -> lastSeen.put(relay, now));
        if (!properties.fixedRelays().isEmpty()) {
            return false;
        }
        List<PeerId> good = chosen.stream()
                .filter(relay -> now - lastSeen.getOrDefault(relay, now) < PATIENCE_MILLIS)
                .toList();
        if (good.size() == WANTED) {
            return false;
        }
        List<PeerId> candidates = directory.find(PeerQuery.of(Role.RELAY)).stream()
                .map(PeerRecord::peer).filter(relay -> !chosen.contains(relay)).toList();
        boolean patient = chosen.isEmpty() && candidates.size() < WANTED
                && now - startedMillis < FIRST_LOOK_MILLIS;
        if (patient || candidates.isEmpty()) {
            return false;
        }
        Set<PeerId> next = new LinkedHashSet<>(good);
        for (PeerId relay : fastest(candidates)) {
            if (next.size() < WANTED) {
                next.add(relay);
                lastSeen.put(relay, now);
            }
        }
        if (next.size() < chosen.size() || List.copyOf(next).equals(chosen)) {
            return false;
        }
        chosen = List.copyOf(next);
        save();
        LOG.info("event=relays-chosen relays={}", chosen.stream().map(PeerId::shortName).toList());
        return true;
    }

    /// Those that can be reached, by round trip.
    private List<PeerId> fastest(List<PeerId> candidates) {
        Map<PeerId, Future<Long>> measuring = new HashMap<>();
        for (PeerId relay : candidates.subList(0, Math.min(MEASURED, candidates.size()))) {
            measuring.put(relay, world.executor().submit(() -> measure(relay)));
        }
        Map<PeerId, Long> latency = new HashMap<>();
        measuring.forEach((relay, result) -> {
            try {
                latency.put(relay, result.get(MEASURE_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException e) {
                result.cancel(true);
                LOG.info("event=relay-not-reached relay={} reason={}", relay.shortName(),
                        String.valueOf(e.getMessage()));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        List<PeerId> sorted = new ArrayList<>(latency.keySet());
        sorted.sort(Comparator.comparing((PeerId relay) -> latency.getOrDefault(relay, 0L))
                .thenComparing(Comparator.naturalOrder()));
        return sorted;
    }

    private long measure(PeerId relay) throws IOException {
        long begin = System.nanoTime();
        channels.channelTo(relay);
        long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
        long smoothed = channels.latencyMicros(relay);
        return smoothed >= 0 ? smoothed : took;
    }

    private List<PeerId> load() throws IOException {
        Optional<ByteString> row = store.get(Section.SETTING, ROW);
        if (row.isEmpty() || row.get().isEmpty()) {
            return List.of();
        }
        return List.of(row.get().toStringUtf8().split(",", -1)).stream().map(PeerId::of).toList();
    }

    private void save() throws IOException {
        String text = String.join(",", chosen.stream().map(PeerId::toString).toList());
        store.transact(rows -> {
            rows.put(Section.SETTING, ROW, ByteString.copyFromUtf8(text));
            return text;
        });
    }
}
