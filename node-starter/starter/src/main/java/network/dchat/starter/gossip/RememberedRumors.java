package network.dchat.starter.gossip;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.gossip.FrameCodec;
import network.dchat.gossip.Rumor;
import network.dchat.identity.Hash;

/// Rumors whose signatures were verified a short while ago, so that copies over other links cost no
/// signature. The oldest go when there are too many or they are too large together. For many
/// threads.
final class RememberedRumors implements FrameCodec.Known {
    private final int mostRumors;
    private final long mostBytes;
    private final Map<Hash, Rumor> rumors = new LinkedHashMap<>();
    private long bytes;

    /// Remembers nothing yet.
    ///
    /// @param mostBytes of signed bodies
    RememberedRumors(int mostRumors, long mostBytes) {
        this.mostRumors = mostRumors;
        this.mostBytes = mostBytes;
    }

    @Override
    public synchronized Optional<Rumor> find(Hash id) {
        return Optional.ofNullable(rumors.get(id));
    }

    synchronized void add(Rumor rumor) {
        if (rumors.putIfAbsent(rumor.id(), rumor) != null) {
            return;
        }
        bytes += size(rumor);
        Iterator<Rumor> oldest = rumors.values().iterator();
        while (rumors.size() > mostRumors || bytes > mostBytes) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    private static long size(Rumor rumor) {
        return rumor.signed().getBody().size();
    }
}
