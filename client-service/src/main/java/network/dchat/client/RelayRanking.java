package network.dchat.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.connections.PeerChannels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which relays are best for this user: near, of good reputation, and of operators that are not the
/// same, so that no single one can cut the user off.
final class RelayRanking {
    private static final Logger LOG = LoggerFactory.getLogger(RelayRanking.class);
    private static final int MEASURED = 8;
    private static final long MEASURE_SECONDS = 5;
    /// Below this score latency hardly matters any more.
    private static final double LEAST_SCORE = 0.02;

    private final Reach reach;
    private final PeerChannels channels;
    private final Surroundings world;

    /// Connects to a peer, or says why that cannot be done. Blocks for up to some seconds.
    @FunctionalInterface
    interface Reach {
        void connect(PeerId peer) throws IOException;
    }

    RelayRanking(Reach reach, PeerChannels channels, Surroundings world) {
        this.reach = reach;
        this.channels = channels;
        this.world = world;
    }

    /// The best of those that can be reached. Blocks for up to some seconds.
    ///
    /// @param kept relays that the user has already
    /// @param most how many are wanted
    List<PeerId> best(List<PeerRecord> candidates, List<PeerRecord> kept, int most) {
        List<PeerRecord> asked = candidates.stream()
                .sorted(Comparator.comparingDouble((PeerRecord relay) -> -score(relay)))
                .limit(MEASURED).toList();
        Map<PeerId, Long> latency = measure(asked);
        List<PeerRecord> ranked = new ArrayList<>(asked);
        ranked.removeIf(relay -> !latency.containsKey(relay.peer()));
        ranked.sort(Comparator
                .comparingDouble(
                        (PeerRecord relay) -> cost(relay, latency.getOrDefault(relay.peer(), 0L)))
                .thenComparing(PeerRecord::peer));
        return spread(ranked, kept, most);
    }

    /// Whether a relay answers at all. Blocks for up to some seconds.
    boolean isReachable(PeerId relay) {
        try {
            reach.connect(relay);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.debug("event=relay-not-reached relay={} reason={}", relay.shortName(),
                    String.valueOf(e.getMessage()));
            return false;
        }
    }

    /// The best of each operator first, then the rest. Who names no operator is one by itself.
    private static List<PeerId> spread(List<PeerRecord> ranked, List<PeerRecord> kept, int most) {
        Set<String> operators = new HashSet<>();
        kept.forEach(relay -> operators.add(operator(relay)));
        List<PeerId> best = new ArrayList<>();
        List<PeerId> rest = new ArrayList<>();
        for (PeerRecord relay : ranked) {
            if (operators.add(operator(relay))) {
                best.add(relay.peer());
            } else {
                rest.add(relay.peer());
            }
        }
        best.addAll(rest);
        return List.copyOf(best.subList(0, Math.min(most, best.size())));
    }

    private static String operator(PeerRecord relay) {
        return relay.profile().operator().isEmpty()
                ? relay.peer().toString()
                : relay.profile().operator();
    }

    private double score(PeerRecord relay) {
        return channels.score(relay.peer());
    }

    /// Half the reputation counts like twice the way.
    private double cost(PeerRecord relay, long latencyMicros) {
        return (latencyMicros + 1) / Math.max(LEAST_SCORE, score(relay));
    }

    private Map<PeerId, Long> measure(List<PeerRecord> relays) {
        Map<PeerId, Future<Long>> measuring = new HashMap<>();
        for (PeerRecord relay : relays) {
            measuring.put(relay.peer(), world.executor().submit(() -> measure(relay.peer())));
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
        return latency;
    }

    private long measure(PeerId relay) throws IOException {
        long begin = System.nanoTime();
        reach.connect(relay);
        long took = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
        long smoothed = channels.latencyMicros(relay);
        return smoothed >= 0 ? smoothed : took;
    }
}
