package network.dchat.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.dchat.identity.Certified;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.session.noise.X25519PublicKey;

/// Our prekeys, and for each one the handshakes that it has seen: each makes one session and
/// never another.
final class Prekeys {
    /// A prekey from further ahead was made while our clock was wrong: nobody accepts it.
    private static final long CLOCK_TOLERANCE_MILLIS = 60_000;

    private final NetworkId network;
    private final SigningKey identity;
    private final PrekeyLimits limits;
    private final List<HeldPrekey> newestFirst = new ArrayList<>();
    private final Map<Integer, Set<X25519PublicKey>> starts = new HashMap<>();

    Prekeys(NetworkId network, SigningKey identity, PrekeyLimits limits) {
        this.network = network;
        this.identity = identity;
        this.limits = limits;
    }

    /// Takes one from the store.
    void restore(HeldPrekey prekey) {
        newestFirst.add(prekey);
        newestFirst.sort(Comparator.comparingLong(HeldPrekey::createdAtMillis)
                .thenComparingInt(HeldPrekey::id).reversed());
    }

    /// Takes one from the store.
    void restoreStart(int prekeyId, X25519PublicKey ephemeral) {
        starts.computeIfAbsent(prekeyId, _ -> new HashSet<>()).add(ephemeral);
    }

    /// The prekey that we publish; empty before the first rotation.
    Optional<HeldPrekey> current() {
        return newestFirst.stream().findFirst();
    }

    /// Those whose private half may still be used, newest first.
    List<HeldPrekey> kept(long nowMillis) {
        return newestFirst.stream()
                .filter(prekey -> nowMillis - prekey.createdAtMillis() < limits.keptMillis()
                        && !isFutureDated(prekey, nowMillis))
                .toList();
    }

    /// True when the handshake with this ephemeral key was seen.
    boolean hasSeen(X25519PublicKey ephemeral) {
        return starts.values().stream().anyMatch(seen -> seen.contains(ephemeral));
    }

    /// True when the prekey may not make any more sessions.
    boolean isSpent(HeldPrekey prekey) {
        return startsOf(prekey) >= limits.maximumStarts();
    }

    /// True when there is no current prekey, or it is too old, or half of its sessions are made.
    boolean isRotationDue(long nowMillis) {
        return current().map(prekey -> nowMillis >= rotationAt(prekey) || isHalfSpent(prekey)
                || isFutureDated(prekey, nowMillis)).orElse(true);
    }

    /// True when there is no current prekey that others would accept now.
    boolean isExpired(long nowMillis) {
        return current().map(
                prekey -> nowMillis >= prekey.expiresAtMillis() || isFutureDated(prekey, nowMillis))
                .orElse(true);
    }

    /// When the next rotation is due.
    long nextRotationAtMillis() {
        return current().map(this::rotationAt).orElse(0L);
    }

    /// Remembers a handshake.
    void remember(HeldPrekey prekey, X25519PublicKey ephemeral, Turn turn) {
        restoreStart(prekey.id(), ephemeral);
        turn.write(StateCodec.start(prekey.id(), ephemeral));
    }

    /// Makes a new current prekey.
    Certified<SignedPrekey> rotate(Secret seed, long nowMillis, Turn turn) {
        X25519KeyPair pair = KeySchedule.pairFromSeed(seed, "prekey");
        int id = current().map(prekey -> PrekeyNumbers.after(prekey.id()))
                .orElseGet(() -> PrekeyNumbers.first(seed));
        long createdAt = current().filter(prekey -> !isFutureDated(prekey, nowMillis))
                .map(prekey -> Math.max(nowMillis, prekey.createdAtMillis() + 1)).orElse(nowMillis);
        Certified<SignedPrekey> certified = new SignedPrekey(identity.publicKey(), id,
                pair.publicKey().bytes(), createdAt, createdAt + limits.validMillis())
                .sign(network, identity);
        HeldPrekey held = new HeldPrekey(certified, pair);
        newestFirst.addFirst(held);
        turn.write(StateCodec.prekey(held));
        prune(nowMillis, turn);
        return certified;
    }

    /// Drops the private halves that are too old or too many, and what they have seen.
    void prune(long nowMillis, Turn turn) {
        Set<HeldPrekey> stay = new HashSet<>(
                kept(nowMillis).stream().limit(limits.maximumHeld()).toList());
        current().ifPresent(stay::add);
        for (HeldPrekey prekey : List.copyOf(newestFirst)) {
            if (!stay.contains(prekey)) {
                drop(prekey, turn);
            }
        }
    }

    private void drop(HeldPrekey prekey, Turn turn) {
        newestFirst.remove(prekey);
        turn.remove(StateCodec.prekeyRow(prekey.id()));
        Set<X25519PublicKey> seen = starts.remove(prekey.id());
        if (seen != null) {
            TreeSet<String> rows = new TreeSet<>();
            seen.forEach(ephemeral -> rows.add(StateCodec.startRow(prekey.id(), ephemeral)));
            rows.forEach(turn::remove);
        }
        prekey.pair().privateKey().destroy();
    }

    private static boolean isFutureDated(HeldPrekey prekey, long nowMillis) {
        return prekey.createdAtMillis() > nowMillis + CLOCK_TOLERANCE_MILLIS;
    }

    private long rotationAt(HeldPrekey prekey) {
        return prekey.createdAtMillis() + limits.rotationMillis();
    }

    private boolean isHalfSpent(HeldPrekey prekey) {
        return 2 * startsOf(prekey) >= limits.maximumStarts();
    }

    private int startsOf(HeldPrekey prekey) {
        Set<X25519PublicKey> seen = starts.get(prekey.id());
        return seen == null ? 0 : seen.size();
    }
}
