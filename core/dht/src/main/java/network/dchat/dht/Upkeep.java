package network.dchat.dht;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerRecord;

/// What has to be done from time to time: contacts that were silent for five minutes are checked,
/// replacements are tried where there is room, buckets without a lookup for an hour are
/// refreshed, and we look for ourselves, more often while we know few.
final class Upkeep {
    /// After which time without hearing of a record it is passed on.
    static final long REPLICATION_MILLIS = 3_600_000;

    private static final long STALE_MILLIS = 300_000;
    private static final long REFRESH_MILLIS = 3_600_000;
    private static final int REFRESHES_AT_ONCE = 2;
    private static final long LOOK_FOR_SELF_MILLIS = 600_000;
    private static final long LOOK_FOR_SELF_SMALL_MILLIS = 60_000;

    private final Hash selfKey;
    private final DhtLimits limits;
    private final RoutingTable table;
    private final SplittableRandom random;
    private long lookForSelfAtMillis;
    private boolean changed;

    Upkeep(Hash selfKey, DhtLimits limits, RoutingTable table, SplittableRandom random) {
        this.selfKey = selfKey;
        this.limits = limits;
        this.table = table;
        this.random = random;
    }

    void tableChanged() {
        changed = true;
    }

    /// Up to `most` peers to check.
    List<Certified<PeerRecord>> toCheck(int most, long nowMillis) {
        List<Certified<PeerRecord>> records = new ArrayList<>();
        for (Contact contact : table.longestSilent()) {
            if (records.size() < most && nowMillis - contact.seenAtMillis >= STALE_MILLIS) {
                records.add(contact.record());
            }
        }
        for (int index = 0; index < Key.BITS && records.size() < most; index++) {
            Bucket bucket = table.bucket(index);
            if (bucket.hasRoom()) {
                bucket.takeReplacement().ifPresent(records::add);
            }
        }
        return records;
    }

    /// Keys to look for now.
    List<Hash> toRefresh(long nowMillis) {
        List<Hash> targets = new ArrayList<>();
        if (table.size() == 0) {
            return targets;
        }
        if (nowMillis >= lookForSelfAtMillis) {
            long pause = table.size() < limits.bucketSize()
                    ? LOOK_FOR_SELF_SMALL_MILLIS
                    : LOOK_FOR_SELF_MILLIS;
            lookForSelfAtMillis = nowMillis + pause + random.nextLong(pause / 4);
            targets.add(selfKey);
        }
        for (int index = 0; index <= table.deepestBucket()
                && targets.size() < REFRESHES_AT_ONCE; index++) {
            if (nowMillis - table.bucket(index).refreshedAtMillis >= REFRESH_MILLIS) {
                targets.add(Key.of(selfKey).drawInBucket(index, random));
            }
        }
        return targets;
    }

    /// A key in each bucket down to our closest neighbour's.
    List<Hash> targetsOfAllBuckets() {
        List<Hash> targets = new ArrayList<>();
        for (int index = 0; index <= table.deepestBucket(); index++) {
            targets.add(Key.of(selfKey).drawInBucket(index, random));
        }
        return targets;
    }

    /// Who is to be remembered, if that changed: those heard from last, first.
    Optional<List<Certified<PeerRecord>>> toRemember(long nowMillis) {
        if (!changed || table.size() == 0) {
            return Optional.empty();
        }
        changed = false;
        List<Certified<PeerRecord>> peers = new ArrayList<>();
        for (Contact contact : table.longestSilent()) {
            if (contact.record().value().expiresAtMillis() > nowMillis) {
                peers.add(contact.record());
            }
        }
        Collections.reverse(peers);
        return Optional.of(peers.subList(0, Math.min(peers.size(), DhtLimits.MAXIMUM_REMEMBERED)));
    }
}
