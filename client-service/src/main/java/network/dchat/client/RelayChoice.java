package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SubmissionResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which relays are the user's: those that were fixed, or three that [RelayRanking] likes best. One
/// that stays away, or refuses whatever it is given, gives way to another.
///
/// | a relay is | until |
/// |---|---|
/// | chosen | it was away or refused everything for as long as the patience lasts |
/// | left, and still drained | it is attached an hour after it was left, or no record names it |
final class RelayChoice {
    /// Relays that are wanted.
    static final int WANTED = 3;
    /// For how long others may not have heard that a relay was left.
    static final long DRAIN_MILLIS = TimeUnit.HOURS.toMillis(1);
    /// Longest life of a user record and of a message sent by it: nothing can be there after that.
    static final long FORGET_MILLIS = TimeUnit.DAYS.toMillis(60);
    /// Most relays that are drained; the one left longest ago goes first.
    static final int MOST_LEFT = 8;

    private static final Logger LOG = LoggerFactory.getLogger(RelayChoice.class);
    private static final String ROW = "relays";
    private static final String LEFT_ROW = "relays-left";
    private static final long FIRST_LOOK_MILLIS = 5_000;
    private static final long SETTLED_MILLIS = 60_000;
    private static final int REFUSALS = 3;
    private static final int BANNED_PATIENCES = 10;
    /// Answers that are about the relay, not about the message or how many there are.
    private static final Set<RejectionCode> OWN_FAULT = Set.of(RejectionCode.INSUFFICIENT_FUNDS,
            RejectionCode.QUOTA_EXCEEDED, RejectionCode.UNAVAILABLE, RejectionCode.OVERLOADED,
            RejectionCode.NOT_AUTHORISED);

    private final List<PeerId> fixed;
    private final long patienceMillis;
    private final Store store;
    private final PeerDirectory directory;
    private final RelayRanking ranking;
    private final Surroundings world;
    private final long startedMillis;
    private final Map<PeerId, Long> lastSeen = new HashMap<>();
    private final Map<PeerId, Long> attachedSince = new HashMap<>();
    private final Map<PeerId, Refusals> refusals = new ConcurrentHashMap<>();
    private final Set<PeerId> graced = new HashSet<>();
    private volatile List<PeerId> chosen;
    private volatile List<Left> left;

    /// A relay that is still drained.
    record Left(PeerId relay, long atMillis) {}

    /// What a relay refused since it last took something.
    private record Refusals(int count, long sinceMillis) {}

    RelayChoice(ClientProperties properties, Store store, PeerDirectory directory,
            RelayRanking ranking, Surroundings world) throws IOException {
        this.fixed = properties.fixedRelays();
        this.patienceMillis = properties.relayPatience().toMillis();
        this.store = store;
        this.directory = directory;
        this.ranking = ranking;
        this.world = world;
        this.startedMillis = world.now();
        this.chosen = loadChosen();
        this.left = loadLeft();
        if (!fixed.isEmpty() && !fixed.equals(chosen)) {
            choose(fixed, startedMillis);
        }
        chosen.forEach(relay -> lastSeen.put(relay, startedMillis));
    }

    /// The relays now, best first.
    List<PeerId> chosen() {
        return chosen;
    }

    /// Relays that others may still take for the user's.
    List<PeerId> drained() {
        return left.stream().map(Left::relay).toList();
    }

    /// All relays to be attached to, the chosen ones first.
    List<PeerId> wanted() {
        List<PeerId> wanted = new ArrayList<>(chosen);
        wanted.addAll(drained());
        return wanted;
    }

    /// How many of the chosen must be attached for the user to be reachable.
    int needed() {
        return Math.min(2, Math.max(1, chosen.size()));
    }

    /// Notes what a relay answered to messages it was given. Does not block.
    void answered(PeerId relay, List<SubmissionResult> results) {
        for (SubmissionResult result : results) {
            if (!result.hasRejection()) {
                refusals.remove(relay);
            } else if (chosen.contains(relay)
                    && OWN_FAULT.contains(result.getRejection().getCode())) {
                refusals.merge(relay, new Refusals(1, world.now()),
                        (before, _) -> new Refusals(before.count() + 1, before.sinceMillis()));
            }
        }
    }

    /// Looks at the choice again. Blocks for up to some seconds.
    ///
    /// @param attached relays that are attached
    /// @param earlier  relays that the user's record named before the store was lost
    /// @return true when [#wanted] changed
    synchronized boolean review(List<PeerId> attached, List<PeerId> earlier) throws IOException {
        long now = world.now();
        see(attached, now);
        boolean drained = forgetDrained(now);
        if (!fixed.isEmpty()) {
            return drained;
        }
        if (chosen.isEmpty() && !earlier.isEmpty()) {
            choose(earlier.subList(0, Math.min(WANTED, earlier.size())), now);
            return true;
        }
        List<PeerId> good = chosen.stream().filter(relay -> isGood(relay, now)).toList();
        if (good.size() == WANTED || isBack(good, now)) {
            return drained;
        }
        List<PeerRecord> candidates = directory.find(PeerQuery.of(Role.RELAY)).stream()
                .filter(relay -> !chosen.contains(relay.peer()) && !isBanned(relay.peer(), now))
                .toList();
        boolean patient = chosen.isEmpty() && candidates.size() < WANTED
                && now - startedMillis < FIRST_LOOK_MILLIS;
        if (patient || candidates.isEmpty()) {
            return drained;
        }
        Set<PeerId> next = new LinkedHashSet<>(good);
        List<PeerRecord> kept = good.stream().flatMap(relay -> directory.find(relay).stream())
                .toList();
        next.addAll(ranking.best(candidates, kept, WANTED - good.size()));
        for (PeerId relay : chosen) {
            if (next.size() < WANTED) {
                next.add(relay);
            }
        }
        if (next.equals(Set.copyOf(chosen))) {
            return drained;
        }
        choose(List.copyOf(next), now);
        return true;
    }

    /// A relay that was left is not chosen again at once: two bad ones would take turns for ever.
    private boolean isBanned(PeerId relay, long now) {
        return left.stream().anyMatch(before -> before.relay().equals(relay)
                && now - before.atMillis() < patienceMillis * BANNED_PATIENCES);
    }

    private void see(List<PeerId> attached, long now) {
        attachedSince.keySet().retainAll(attached);
        for (PeerId relay : attached) {
            attachedSince.putIfAbsent(relay, now);
            lastSeen.put(relay, now);
            graced.remove(relay);
        }
    }

    private boolean isGood(PeerId relay, long now) {
        Refusals refused = refusals.get(relay);
        boolean refuses = refused != null && refused.count() >= REFUSALS
                && now - refused.sinceMillis() >= patienceMillis;
        return !refuses && now - lastSeen.getOrDefault(relay, now) < patienceMillis;
    }

    /// Whether it was this node that was away: with none of the relays attached, those that can be
    /// reached now are given their time once more before others take their place.
    private boolean isBack(List<PeerId> good, long now) {
        if (!good.isEmpty() || chosen.isEmpty()) {
            return false;
        }
        boolean back = false;
        for (PeerId relay : chosen) {
            if (!refusals.containsKey(relay) && !graced.contains(relay)
                    && ranking.isReachable(relay)) {
                graced.add(relay);
                lastSeen.put(relay, now);
                back = true;
            }
        }
        return back;
    }

    private boolean forgetDrained(long now) throws IOException {
        List<Left> kept = left.stream().filter(relay -> !isEmpty(relay, now)).toList();
        if (kept.size() == left.size()) {
            return false;
        }
        save(chosen, kept);
        return true;
    }

    /// Whether nothing can be at a relay that was left.
    private boolean isEmpty(Left relay, long now) {
        boolean drained = now - relay.atMillis() >= DRAIN_MILLIS
                && now - attachedSince.getOrDefault(relay.relay(), now) >= SETTLED_MILLIS;
        return drained || now - relay.atMillis() >= FORGET_MILLIS;
    }

    private void choose(List<PeerId> next, long now) throws IOException {
        List<Left> leaving = new ArrayList<>(left);
        leaving.removeIf(relay -> next.contains(relay.relay()));
        chosen.stream().filter(relay -> !next.contains(relay))
                .forEach(relay -> leaving.add(new Left(relay, now)));
        save(List.copyOf(next), List
                .copyOf(leaving.subList(Math.max(0, leaving.size() - MOST_LEFT), leaving.size())));
        next.forEach(relay -> lastSeen.merge(relay, now, (before, _) -> before));
        refusals.keySet().retainAll(next);
        LOG.info("event=relays-chosen relays={} drained={}",
                chosen.stream().map(PeerId::shortName).toList(),
                left.stream().map(relay -> relay.relay().shortName()).toList());
    }

    private List<PeerId> loadChosen() throws IOException {
        return parts(ROW).stream().map(PeerId::of).toList();
    }

    private List<Left> loadLeft() throws IOException {
        return parts(LEFT_ROW).stream().map(text -> text.split("@", 2))
                .map(pair -> new Left(PeerId.of(pair[0]), Long.parseLong(pair[1]))).toList();
    }

    private List<String> parts(String row) throws IOException {
        Optional<ByteString> value = store.get(Section.SETTING, row);
        return value.isEmpty() || value.get().isEmpty()
                ? List.of()
                : List.of(value.get().toStringUtf8().split(",", -1));
    }

    private void save(List<PeerId> nextChosen, List<Left> nextLeft) throws IOException {
        String names = String.join(",", nextChosen.stream().map(PeerId::toString).toList());
        String leaving = String.join(",",
                nextLeft.stream().map(relay -> relay.relay() + "@" + relay.atMillis()).toList());
        store.transact(rows -> {
            rows.put(Section.SETTING, ROW, ByteString.copyFromUtf8(names));
            rows.put(Section.SETTING, LEFT_ROW, ByteString.copyFromUtf8(leaving));
            return ROW;
        });
        chosen = nextChosen;
        left = nextLeft;
    }
}
