package network.dchat.dht;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// Kademlia's routing table: 256 buckets of k contacts. Bucket i holds peers that share exactly i
/// leading bits with us.
///
/// A peer becomes a contact only by answering a call, and only while its bucket has room and its
/// subnet is not over its share. Everyone else waits in the bucket's replacement cache.
final class RoutingTable {
    private final PeerId self;
    private final Key selfKey;
    private final DhtLimits limits;
    private final Bucket[] buckets = new Bucket[Key.BITS];
    private final Map<PeerId, Contact> contacts = new HashMap<>();

    RoutingTable(PeerId self, DhtLimits limits) {
        this.self = self;
        this.selfKey = Key.of(self.dhtKey());
        this.limits = limits;
        for (int index = 0; index < buckets.length; index++) {
            buckets[index] = new Bucket(limits.bucketSize());
        }
    }

    /// What became of a peer that answered.
    enum Admission {
        /// It is a contact now.
        ADDED,
        /// It was one before.
        KNOWN,
        /// Its bucket is full; it waits.
        FULL,
        /// Its subnet has its share; it waits.
        CROWDED,
        /// It is ourselves, or cannot be called.
        USELESS
    }

    Admission answered(Certified<PeerRecord> record, Multiaddr address, long nowMillis) {
        PeerId peer = record.value().peer();
        Contact known = contacts.get(peer);
        if (known != null) {
            refresh(known, record, address, nowMillis);
            return Admission.KNOWN;
        }
        if (!isUseful(record, nowMillis)) {
            return Admission.USELESS;
        }
        Contact contact = new Contact(record, address, nowMillis);
        Bucket bucket = bucketOf(contact.key);
        if (!bucket.hasRoom()) {
            bucket.addReplacement(record);
            return Admission.FULL;
        }
        if (isCrowded(contact, bucket)) {
            bucket.addReplacement(record);
            return Admission.CROWDED;
        }
        bucket.removeReplacement(peer);
        bucket.contacts.add(contact);
        contacts.put(peer, contact);
        return Admission.ADDED;
    }

    /// Remembers a peer that someone told of. True when its bucket has room for it.
    boolean heardOf(Certified<PeerRecord> record, long nowMillis) {
        PeerId peer = record.value().peer();
        Contact known = contacts.get(peer);
        if (known != null) {
            known.update(record);
            return false;
        }
        if (!isUseful(record, nowMillis)) {
            return false;
        }
        Bucket bucket = bucketOf(Key.of(peer.dhtKey()));
        bucket.addReplacement(record);
        return bucket.hasRoom();
    }

    /// Counts an unanswered call. True when the peer was a contact and is none now.
    boolean failed(PeerId peer) {
        Contact contact = contacts.get(peer);
        if (contact == null) {
            bucketOf(Key.of(peer.dhtKey())).removeReplacement(peer);
            return false;
        }
        contact.failures++;
        return contact.failures >= limits.maximumFailures() && remove(peer);
    }

    boolean remove(PeerId peer) {
        Contact contact = contacts.remove(peer);
        if (contact != null) {
            bucketOf(contact.key).contacts.remove(contact);
        }
        return contact != null;
    }

    Optional<Contact> find(PeerId peer) {
        return Optional.ofNullable(contacts.get(peer));
    }

    /// Up to `count` contacts that pass the filter, closest to the target first.
    List<Contact> closest(Key target, int count, Predicate<Contact> filter) {
        List<Contact> found = new ArrayList<>();
        for (Contact contact : contacts.values()) {
            if (filter.test(contact)) {
                found.add(contact);
            }
        }
        found.sort((left, right) -> target.compareDistances(left.key, right.key));
        return found.size() > count ? found.subList(0, count) : found;
    }

    /// All contacts, the one heard from longest ago first.
    List<Contact> longestSilent() {
        List<Contact> all = new ArrayList<>(contacts.values());
        all.sort(Comparator.comparingLong((Contact contact) -> contact.seenAtMillis)
                .thenComparing(contact -> contact.peer));
        return all;
    }

    Bucket bucketOf(Key key) {
        return buckets[Math.min(Key.BITS - 1, selfKey.sharedBits(key))];
    }

    Bucket bucket(int index) {
        return buckets[index];
    }

    /// The index of the bucket that holds our closest contact; -1 when there is none.
    int deepestBucket() {
        int deepest = Key.BITS - 1;
        while (deepest >= 0 && buckets[deepest].contacts.isEmpty()) {
            deepest--;
        }
        return deepest;
    }

    int size() {
        return contacts.size();
    }

    private void refresh(Contact contact, Certified<PeerRecord> record, Multiaddr address,
            long nowMillis) {
        contact.update(record);
        contact.address = address;
        contact.seenAtMillis = nowMillis;
        contact.failures = 0;
        List<Contact> bucket = bucketOf(contact.key).contacts;
        bucket.remove(contact);
        bucket.add(contact);
    }

    private boolean isUseful(Certified<PeerRecord> record, long nowMillis) {
        return !record.value().peer().equals(self) && !record.value().addresses().isEmpty()
                && record.value().expiresAtMillis() > nowMillis;
    }

    private boolean isCrowded(Contact newcomer, Bucket bucket) {
        Optional<Subnet> subnet = newcomer.subnet();
        if (subnet.isEmpty()) {
            return false;
        }
        Predicate<Contact> neighbour = contact -> contact.subnet().equals(subnet);
        return bucket.contacts.stream().filter(neighbour).count() >= limits.subnets().perBucket()
                || contacts.values().stream().filter(neighbour).count() >= limits.subnets().inAll();
    }
}
