package network.dchat.dht;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The peers at one distance from us: contacts, the one heard from longest ago first, and behind
/// them the replacement cache of peers that were heard of.
final class Bucket {
    final List<Contact> contacts = new ArrayList<>();
    long refreshedAtMillis;
    private final int size;
    private final Map<PeerId, Certified<PeerRecord>> replacements = new LinkedHashMap<>();

    Bucket(int size) {
        this.size = size;
    }

    boolean hasRoom() {
        return contacts.size() < size;
    }

    void addReplacement(Certified<PeerRecord> record) {
        PeerId peer = record.value().peer();
        Certified<PeerRecord> known = replacements.remove(peer);
        boolean older = known != null && known.value().sequence() > record.value().sequence();
        replacements.put(peer, older ? known : record);
        if (replacements.size() > size) {
            Iterator<PeerId> oldest = replacements.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void removeReplacement(PeerId peer) {
        replacements.remove(peer);
    }

    /// The replacement heard of last, which is no longer one then.
    Optional<Certified<PeerRecord>> takeReplacement() {
        if (replacements.isEmpty()) {
            return Optional.empty();
        }
        PeerId newest = List.copyOf(replacements.keySet()).getLast();
        return Optional.ofNullable(replacements.remove(newest));
    }

    int replacementCount() {
        return replacements.size();
    }
}
