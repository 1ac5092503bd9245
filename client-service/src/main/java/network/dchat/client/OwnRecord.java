package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.UserRecord;
import network.dchat.starter.discovery.DiscoveryUnavailableException;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.wire.v1.SignedBytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The user's own record: made anew when relays or prekey change or its end comes near, kept in the
/// store, published until somebody has it.
///
/// Its sequence only grows, also when the store was lost: the network is asked for the newest one
/// before the first is made, and now and then afterwards.
final class OwnRecord {
    private static final Logger LOG = LoggerFactory.getLogger(OwnRecord.class);
    private static final String ROW = "user-record";
    private static final long LIFE_MILLIS = TimeUnit.DAYS.toMillis(29);
    private static final long RENEW_MILLIS = TimeUnit.DAYS.toMillis(10);
    private static final long SEEK_AGAIN_MILLIS = TimeUnit.MINUTES.toMillis(10);
    /// At first it is asked more often: who just started may know few others.
    private static final long EARLY_MILLIS = TimeUnit.MINUTES.toMillis(1);
    private static final long SEEK_EARLY_MILLIS = TimeUnit.SECONDS.toMillis(20);
    /// After so long without an answer the clock has to do.
    private static final long SEEK_MILLIS = TimeUnit.SECONDS.toMillis(15);

    private final Self self;
    private final Store store;
    private final UserRecords records;
    private final PeerDirectory directory;
    private final Surroundings world;
    private final Consumer<SignedBytes> changed;
    private volatile @Nullable Certified<UserRecord> current;
    private volatile boolean published;
    private volatile List<PeerId> earlierRelays = List.of();
    private long highestSequence;
    private long soughtAtMillis;
    private long firstSoughtMillis;

    /// @param changed told of each new record
    OwnRecord(Self self, Store store, Peers peers, Surroundings world,
            Consumer<SignedBytes> changed) throws IOException {
        this.self = self;
        this.store = store;
        this.records = peers.users();
        this.directory = peers.directory();
        this.world = world;
        this.changed = changed;
        Optional<ByteString> row = store.get(Section.SETTING, ROW);
        if (row.isPresent()) {
            SignedBytes signed = SignedBytes.parseFrom(row.get());
            this.current = UserRecord.verify(signed, self.network(), world.now()).toOptional()
                    .map(value -> new Certified<>(value, signed)).orElse(null);
        }
    }

    /// The record as it travels; empty while there is none.
    Optional<SignedBytes> signed() {
        return Optional.ofNullable(current).map(Certified::signed);
    }

    boolean isPublished() {
        return published;
    }

    /// The relays that the newest record in the network names; empty while none is known.
    List<PeerId> earlierRelays() {
        return earlierRelays;
    }

    /// Asks the network which record it has. Blocks for up to some seconds.
    ///
    /// @return false while it is worth while to wait for the answer
    synchronized boolean seek() {
        long now = world.now();
        firstSoughtMillis = firstSoughtMillis == 0 ? now : firstSoughtMillis;
        long again = soughtAtMillis - firstSoughtMillis < EARLY_MILLIS
                ? SEEK_EARLY_MILLIS
                : SEEK_AGAIN_MILLIS;
        if (soughtAtMillis > 0 && now - soughtAtMillis < again) {
            return true;
        }
        if (isAnswered()) {
            soughtAtMillis = now;
            return true;
        }
        return current != null || now - firstSoughtMillis >= SEEK_MILLIS;
    }

    /// Where nobody is known, nobody can have said that there is none.
    private boolean isAnswered() {
        try {
            Optional<Certified<UserRecord>> found = records.lookup(self.address());
            found.ifPresent(record -> {
                highestSequence = Math.max(highestSequence, record.value().sequence());
                earlierRelays = record.value().relays();
            });
            return found.isPresent() || !directory.find(PeerQuery.ALL).isEmpty();
        } catch (DiscoveryUnavailableException e) {
            LOG.info("event=own-record-not-sought reason={}", e.getMessage());
            return false;
        }
    }

    /// Makes and publishes the record where that is due. Blocks for up to some seconds.
    synchronized void keepUp(List<PeerId> relays, Optional<Certified<SignedPrekey>> prekey)
            throws IOException {
        if (relays.isEmpty() || prekey.isEmpty()) {
            return;
        }
        Certified<UserRecord> record = current;
        if (record == null || isOutdated(record.value(), relays, prekey.get())) {
            record = make(relays, prekey.get(), record);
            SignedBytes signed = record.signed();
            store.transact(rows -> {
                rows.put(Section.SETTING, ROW, signed.toByteString());
                return ROW;
            });
            current = record;
            published = false;
            changed.accept(signed);
        }
        if (!published) {
            publish(record);
        }
    }

    private void publish(Certified<UserRecord> record) {
        try {
            int holders = records.publish(record);
            published = holders > 0;
            LOG.info("event=user-record-published sequence={} holders={}",
                    record.value().sequence(), holders);
        } catch (DiscoveryUnavailableException e) {
            LOG.info("event=user-record-not-published reason={}", e.getMessage());
        }
    }

    private boolean isOutdated(UserRecord record, List<PeerId> relays,
            Certified<SignedPrekey> prekey) {
        return !record.relays().equals(relays) || !record.prekey().signed().equals(prekey.signed())
                || !record.devices().getFirst().signed().equals(self.keys().certificate())
                || record.expiresAtMillis() - world.now() < RENEW_MILLIS
                || record.sequence() < highestSequence;
    }

    private Certified<UserRecord> make(List<PeerId> relays, Certified<SignedPrekey> prekey,
            @Nullable Certified<UserRecord> before) {
        long now = world.now();
        long known = Math.max(highestSequence, before == null ? 0 : before.value().sequence());
        long sequence = Math.max(now, known + 1);
        highestSequence = sequence;
        DeviceCertificate device = DeviceCertificate
                .verify(self.keys().certificate(), self.network(), now).orElseThrow();
        long expires = Math.min(now + LIFE_MILLIS,
                Math.min(prekey.value().expiresAtMillis(), device.expiresAtMillis()));
        return new UserRecord(self.keys().identity().publicKey(), relays, prekey,
                List.of(new Certified<>(device, self.keys().certificate())), sequence, expires)
                .sign(self.network(), self.keys().identity());
    }
}
