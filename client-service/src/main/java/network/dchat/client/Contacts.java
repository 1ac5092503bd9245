package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.Certified;
import network.dchat.identity.NetworkId;
import network.dchat.identity.UserRecord;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.mailbox.UserRoute;
import network.dchat.starter.discovery.DiscoveryUnavailableException;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest records of other users: verified, kept in the store, looked up again when they are
/// old.
/// Safe for many threads.
final class Contacts {
    private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);
    private static final long FRESH_MILLIS = TimeUnit.MINUTES.toMillis(1);
    private static final int REMEMBERED = 1_000;

    private final Store store;
    private final UserRecords records;
    private final NetworkId network;
    private final Surroundings world;
    private final Consumer<UserRoute> newer;
    private final Map<WalletAddress, Known> known = new LinkedHashMap<>();

    private record Known(Certified<UserRecord> record, long lookedUpMillis) {}

    /// @param newer told of each record that is newer than the one before
    Contacts(Store store, UserRecords records, NetworkId network, Surroundings world,
            Consumer<UserRoute> newer) {
        this.store = store;
        this.records = records;
        this.network = network;
        this.world = world;
        this.newer = newer;
    }

    /// A user's record: the one known, or one looked up. Blocks for up to some seconds.
    Optional<Certified<UserRecord>> find(WalletAddress user) throws IOException {
        Optional<Known> held = held(user);
        long now = world.now();
        if (held.isPresent() && held.get().record().value().expiresAtMillis() > now) {
            if (now - held.get().lookedUpMillis() > FRESH_MILLIS) {
                world.executor().execute(() -> refresh(user));
            }
            return held.map(Known::record);
        }
        refresh(user);
        return held(user).map(Known::record)
                .filter(record -> record.value().expiresAtMillis() > world.now());
    }

    /// Looks a user up again; tells the listener what is newest, whether it is news or not.
    void refresh(WalletAddress user) {
        try {
            Optional<Certified<UserRecord>> found = records.lookup(user);
            if (found.isPresent()) {
                keep(found.get(), world.now());
            }
            Optional<Known> held = held(user);
            held.ifPresent(record -> newer.accept(UserRoute.of(record.record())));
        } catch (DiscoveryUnavailableException | IOException e) {
            LOG.info("event=user-not-looked-up user={} reason={}", user, e.getMessage());
        }
    }

    /// Takes a record that came inside a message.
    void learn(ByteString encoded, WalletAddress sender) {
        try {
            SignedBytes signed = SignedBytes.parseFrom(encoded);
            Optional<UserRecord> record = UserRecord.verify(signed, network, world.now())
                    .toOptional().filter(found -> found.address().equals(sender));
            if (record.isPresent()) {
                keep(new Certified<>(record.get(), signed), 0);
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.debug("event=sender-record-malformed reason={}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("event=sender-record-not-kept reason={}", e.getMessage());
        }
    }

    private void keep(Certified<UserRecord> record, long lookedUpMillis) throws IOException {
        WalletAddress user = record.value().address();
        Optional<Known> before = held(user);
        boolean newest = before.isEmpty()
                || before.get().record().value().sequence() < record.value().sequence();
        if (newest) {
            store.transact(rows -> {
                rows.put(Section.CONTACT, user.toString(), record.signed().toByteString());
                return user;
            });
        }
        remember(user, new Known(newest ? record : before.get().record(), lookedUpMillis));
    }

    private Optional<Known> held(WalletAddress user) throws IOException {
        synchronized (known) {
            Known found = known.get(user);
            if (found != null) {
                return Optional.of(found);
            }
        }
        Optional<ByteString> row = store.get(Section.CONTACT, user.toString());
        if (row.isEmpty()) {
            return Optional.empty();
        }
        SignedBytes signed = SignedBytes.parseFrom(row.get());
        Verified<UserRecord> record = UserRecord.verify(signed, network, world.now());
        Optional<Known> stored = record.toOptional()
                .map(value -> new Known(new Certified<>(value, signed), 0));
        stored.ifPresent(value -> remember(user, value));
        return stored;
    }

    private void remember(WalletAddress user, Known value) {
        synchronized (known) {
            known.put(user, value);
            if (known.size() > REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }
}
