package network.dchat.mailbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import network.dchat.identity.WalletAddress;
import org.jspecify.annotations.Nullable;

/// Where users are reached: the records found last, and the look-ups of those that are needed.
///
/// A look-up that finds nothing is repeated with growing pauses for as long as anything waits for
/// it.
final class Routes {
    /// For how long a record is used without asking again.
    static final long FRESH_MILLIS = 600_000;
    /// How soon a record is asked for again when its relays do not answer.
    static final long STALE_MILLIS = 30_000;

    private static final int REMEMBERED = 20_000;
    private static final long FIRST_PAUSE_MILLIS = 1_000;

    private final MailboxLimits.LinkLimits limits;
    private final Map<WalletAddress, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<WalletAddress, Search> searches = new HashMap<>();
    private final Map<Long, Search> asked = new HashMap<>();
    private final Deque<Search> backlog = new ArrayDeque<>();
    private final Queue<Due> pauses = new PriorityQueue<>();
    private long lookups;
    private long timerAt = Long.MAX_VALUE;

    private record Known(UserRoute route, long fetchedAtMillis) {}

    private record Due(long atMillis, long order, Search search) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /// One record that is needed.
    private static final class Search {
        private final WalletAddress address;
        private int failures;

        Search(WalletAddress address) {
            this.address = address;
        }
    }

    /// @param first numbers of look-ups begin here, so that no answer meant for another life is
    ///     taken
    Routes(MailboxLimits.LinkLimits limits, long first) {
        this.limits = limits;
        this.lookups = first;
    }

    /// The record found last, while it is valid.
    Optional<UserRoute> known(WalletAddress address, long nowMillis) {
        return Optional.ofNullable(known(address)).map(Known::route)
                .filter(route -> route.expiresAtMillis() > nowMillis);
    }

    /// Whether the record was asked for within a time.
    boolean isFresh(WalletAddress address, long withinMillis, long nowMillis) {
        Known found = known(address);
        return found != null && nowMillis - found.fetchedAtMillis() < withinMillis;
    }

    /// Remembers a verified record; false when a newer one is known.
    boolean learn(UserRoute route, long nowMillis) {
        Known old = known(route.address());
        if (old != null && old.route().sequence() > route.sequence()) {
            return false;
        }
        known.put(route.address(), new Known(route, nowMillis));
        if (known.size() > REMEMBERED) {
            Iterator<Known> oldest = known.values().iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    /// Asks for a user's record, unless that is being done.
    void search(WalletAddress address, Turn turn) {
        if (!searches.containsKey(address)) {
            Search search = new Search(address);
            searches.put(address, search);
            begin(search, turn);
        }
    }

    /// Asks for a user's record after a pause, unless that is being done.
    void searchLater(WalletAddress address, long delayMillis, Turn turn) {
        if (!searches.containsKey(address)) {
            Search search = new Search(address);
            searches.put(address, search);
            pause(search, delayMillis, turn);
        }
    }

    /// A search that is over.
    ///
    /// @param failures how often in a row nothing was found before
    record Answered(WalletAddress address, int failures) {}

    /// Whose record the answer is about.
    Optional<Answered> answered(long lookup, Turn turn) {
        Search search = asked.remove(lookup);
        if (search == null) {
            return Optional.empty();
        }
        searches.remove(search.address);
        Search next = backlog.poll();
        if (next != null) {
            ask(next, turn);
        }
        return Optional.of(new Answered(search.address, search.failures));
    }

    /// Asks again after a pause that grows with every failure.
    void searchAgain(WalletAddress address, int failures, Turn turn) {
        if (!searches.containsKey(address)) {
            Search search = new Search(address);
            search.failures = failures;
            searches.put(address, search);
            pause(search,
                    Math.min(limits.backOffMillis(), FIRST_PAUSE_MILLIS << Math.min(failures, 20)),
                    turn);
        }
    }

    /// Pauses are over.
    void timerElapsed(Turn turn) {
        timerAt = Long.MAX_VALUE;
        while (!pauses.isEmpty() && pauses.peek().atMillis() <= turn.now()) {
            begin(pauses.remove().search(), turn);
        }
        arm(turn);
    }

    private void begin(Search search, Turn turn) {
        if (asked.size() < limits.lookups()) {
            ask(search, turn);
        } else {
            backlog.add(search);
        }
    }

    private void ask(Search search, Turn turn) {
        lookups++;
        asked.put(lookups, search);
        turn.effect(new Effect.LookUpUserRecord(lookups, search.address));
    }

    private void pause(Search search, long delayMillis, Turn turn) {
        lookups++;
        pauses.add(new Due(turn.now() + delayMillis, lookups, search));
        arm(turn);
    }

    private void arm(Turn turn) {
        Due next = pauses.peek();
        if (next != null && next.atMillis() < timerAt) {
            timerAt = next.atMillis();
            turn.effect(new Effect.SetTimer(new TimerId.LookupsDue(), timerAt));
        }
    }

    private @Nullable Known known(WalletAddress address) {
        return known.get(address);
    }
}
