package network.dchat.starter.discovery;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.dchat.dht.DhtLimits;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.node.Directories;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of peers for the next start, `peers.remembered`. It only helps: a missing or damaged
/// one is taken for empty.
final class RememberedPeers {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedPeers.class);
    private static final long MOST_BYTES = 1024 * 1024;

    private final Path file;
    private final RecordVerifier verifier;

    RememberedPeers(Path directory, RecordVerifier verifier) {
        this.file = directory.resolve("peers.remembered");
        this.verifier = verifier;
    }

    /// The peers whose records still hold.
    List<Certified<PeerRecord>> load(long nowMillis) {
        List<Certified<PeerRecord>> peers = new ArrayList<>();
        try {
            if (!Files.exists(file) || Files.size(file) > MOST_BYTES) {
                return peers;
            }
            var stored = network.dchat.wire.v1.RememberedPeers.parseFrom(Files.readAllBytes(file));
            for (SignedBytes signed : stored.getPeersList()) {
                if (peers.size() < DhtLimits.MAXIMUM_REMEMBERED) {
                    verifier.verify(signed, nowMillis).toOptional()
                            .ifPresent(record -> peers.add(new Certified<>(record, signed)));
                }
            }
        } catch (InvalidProtocolBufferException damaged) {
            LOG.warn("event=remembered-peers-damaged file={} reason=\"{}\"", file,
                    damaged.getMessage());
        } catch (IOException failed) {
            LOG.warn("event=remembered-peers-unread file={}", file, failed);
        }
        return peers;
    }

    /// Replaces the file as one step.
    synchronized void save(List<Certified<PeerRecord>> peers) {
        var stored = network.dchat.wire.v1.RememberedPeers.newBuilder();
        peers.forEach(peer -> stored.addPeers(peer.signed()));
        try {
            Directories.replace(file, stored.build().toByteArray());
        } catch (IOException failed) {
            LOG.warn("event=remembered-peers-unsaved file={}", file, failed);
        }
    }
}
