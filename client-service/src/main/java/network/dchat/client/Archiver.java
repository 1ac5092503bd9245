package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.Octets;
import network.dchat.mesh.HistoryPacker;
import network.dchat.mesh.ObjectCodec;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.PackerLimits;
import network.dchat.mesh.PutStatus;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.PutProgress;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.wire.v1.ArchivePackRow;
import network.dchat.wire.v1.ConversationRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the user's history into the mesh. What is to be archived is a row until the mesh's queue
/// has it durably, so nothing is forgotten in a crash.
///
/// A message is archived once it has its place in the order; one that has none after the delay is
/// archived as it is, and again later. It is archived once more when it was delivered or read, so
/// that no state goes back when the history is restored.
///
/// No object's name is ever used twice: it holds the time and random bytes, so there is nothing to
/// remember that a lost store could lose.
final class Archiver implements EffectRunner<HistoryPacker.Effect> {
    /// A message to be archived, its place in the order unknown.
    static final ByteString UNORDERED = ByteString.copyFrom(new byte[]{0});
    /// A message to be archived with its place in the order.
    static final ByteString ORDERED = ByteString.copyFrom(new byte[]{1});

    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
    private static final byte ADVANCED = 2;
    private static final long LIFE_MILLIS = TimeUnit.DAYS.toMillis(365);
    private static final Duration REVIEW = Duration.ofSeconds(15);
    private static final long REVIEW_AGE_MILLIS = 20_000;
    private static final int NAME_BYTES = 8;
    /// A pack that the mesh did not show for so long never got into its queue: its messages are in
    /// another one.
    private static final long ORPHAN_MILLIS = TimeUnit.DAYS.toMillis(7);

    private final Self self;
    private final Store store;
    private final History history;
    private final Archive archive;
    private final Surroundings world;
    private final Duration delay;
    private final HistoryCodec codec;
    private final ArchiveReader reader;
    private final ObjectCodec shards = new ObjectCodec(ErasureScheme.TEN_FIVE);
    private final CoreLoop<HistoryPacker.Input, HistoryPacker.Effect> loop;
    private final ExecutorService scribe;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Item> packing = new ConcurrentHashMap<>();
    private final AtomicBoolean reviewing = new AtomicBoolean();

    /// The mesh, both ways.
    record Target(Archive archive, ArchiveReader reader) {}

    /// A message in a certain form.
    private record Item(String id, ByteString form) {}

    Archiver(Self self, Store store, History history, Target target, Surroundings world,
            Duration delay, Runnable onFatal) {
        Archive archive = target.archive();
        this.self = self;
        this.reader = target.reader();
        this.store = store;
        this.history = history;
        this.archive = archive;
        this.world = world;
        this.delay = delay;
        this.codec = new HistoryCodec(self);
        this.loop = new CoreLoop<>(LoopSettings.named(world.nodeName() + "-archive"), () -> {
            HistoryPacker packer = new HistoryPacker(
                    PackerLimits.defaults().withDelayMillis(delay.toMillis()));
            return new Birth<>(packer::apply, List.of());
        }, this, world.timers(), world.meters(), onFatal);
        this.scribe = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name(world.nodeName() + "-archivist").factory());
    }

    void start() throws IOException {
        loop.start();
        later(this::addAll);
        world.timers().every(REVIEW, () -> later(this::review));
    }

    void close() {
        loop.close();
        scribe.shutdown();
    }

    void abandon() {
        loop.abandon();
        scribe.shutdownNow();
    }

    /// A message to be archived because it got further than was archived. Each state is a form of
    /// its own: what is on its way into the mesh may be an earlier one.
    static ByteString advanced(DeliveryState state) {
        return ByteString.copyFrom(new byte[]{ADVANCED, (byte) state.number()});
    }

    /// A message is new; it is archived when it is ordered, or after the delay.
    void stored(String id) {
        world.timers().after(delay, () -> later(() -> add(id, UNORDERED)));
    }

    /// Messages have their place in the order.
    void ordered(List<String> ids) {
        later(() -> {
            for (String id : ids) {
                add(id, ORDERED);
            }
        });
    }

    /// More is known of messages than was archived. They wait for others, as new ones do.
    void advanced(List<String> ids) {
        world.timers().after(delay, () -> later(() -> {
            for (String id : ids) {
                Optional<ByteString> form = store.get(Section.ARCHIVE, id);
                if (form.filter(Archiver::isAdvanced).isPresent()) {
                    add(id, form.get());
                }
            }
        }));
    }

    /// Packs whatever waits now.
    void flush() {
        later(() -> {
            addAll();
            loop.answer(new HistoryPacker.Input.Flush());
        });
    }

    @Override
    public EffectOrder order(HistoryPacker.Effect effect) {
        return EffectOrder.ORDERED;
    }

    @Override
    public void persist(List<HistoryPacker.Effect> effects) throws IOException {
        throw new IOException("history packer: keeps nothing durable");
    }

    @Override
    public void run(HistoryPacker.Effect effect) {
        switch (effect) {
            case HistoryPacker.Effect.SetTimer(long timer, long delayMillis) ->
                world.timers().after(Duration.ofMillis(delayMillis), () -> loop
                        .answer(new HistoryPacker.Input.TimerElapsed(timer, world.now())));
            case HistoryPacker.Effect.Refused(long number, String reason) -> {
                packing.remove(number);
                LOG.warn("event=not-archived reason={}", reason);
            }
            case HistoryPacker.Effect.Pack(List<Long> numbered, ByteString pack) ->
                later(() -> put(numbered, pack));
        }
    }

    /// Takes up what is to be archived and is not being packed.
    private void addAll() throws IOException {
        for (Row row : store.all(Section.ARCHIVE)) {
            add(row.id(), row.value());
        }
    }

    private void add(String id, ByteString form) throws IOException {
        Item record = new Item(id, form);
        Optional<ByteString> wanted = store.get(Section.ARCHIVE, id);
        Optional<ConversationRow> row = history.find(id);
        if (wanted.filter(form::equals).isEmpty() || row.isEmpty()
                || packing.containsValue(record)) {
            return;
        }
        long number = numbers.incrementAndGet();
        packing.put(number, record);
        HistoryPacker.Input.Add input = new HistoryPacker.Input.Add(number, codec.seal(row.get()),
                world.now());
        if (!loop.offer(input)) {
            packing.remove(number);
        }
    }

    private void put(List<Long> numbered, ByteString pack) throws IOException {
        List<Item> records = numbered.stream().map(packing::get).filter(record -> record != null)
                .toList();
        long now = world.now();
        String name = "pack-" + now + "-" + Octets.hex(world.randomBytes(NAME_BYTES));
        ArchivePackRow.Builder row = ArchivePackRow.newBuilder().setQueuedAt(now);
        for (Item record : records) {
            Octets.parseHex(record.id()).ifPresent(row::addMessageIds);
        }
        store.transact(rows -> {
            rows.put(Section.PACK, name, row.build().toByteString());
            return name;
        });
        SignedManifest manifest = SignedManifest.byDevice(
                shards.describe(new ObjectName(self.address(), ObjectName.HISTORY, name, 1), pack,
                        now, now + LIFE_MILLIS),
                self.network(), self.keys().device(), self.keys().certificate());
        archive.put(manifest, pack, codec.grant(now),
                progress -> later(() -> progressed(name, numbered, records, progress)));
    }

    private void progressed(String name, List<Long> numbered, List<Item> records,
            PutProgress progress) throws IOException {
        switch (progress) {
            case PutProgress.Queued() -> {
                store.transact(rows -> {
                    for (Item record : records) {
                        if (rows.get(Section.ARCHIVE, record.id()).filter(record.form()::equals)
                                .isPresent()) {
                            rows.remove(Section.ARCHIVE, record.id());
                        }
                    }
                    return name;
                });
                numbered.forEach(packing::remove);
            }
            case PutProgress.Stored(PutStatus status) ->
                durable(name, status.durable().size(), status.total());
            case PutProgress.Settled(PutStatus status) -> {
                durable(name, status.durable().size(), status.total());
                forget(name);
            }
            case PutProgress.Waits(PutStatus _, String reason) ->
                LOG.info("event=archive-waits pack={} reason={}", name, reason);
            case PutProgress.Failed(var rejection) -> {
                LOG.warn("event=archive-failed pack={} code={} reason={}", name, rejection.name(),
                        rejection.reason());
                numbered.forEach(packing::remove);
                forget(name);
                world.timers().after(delay, () -> later(this::addAll));
            }
        }
    }

    private void durable(String name, int durable, int total) throws IOException {
        history.change(pages -> {
            Optional<ByteString> pack = pages.rows().get(Section.PACK, name);
            if (pack.isEmpty()) {
                return;
            }
            for (ByteString id : ArchivePackRow.parseFrom(pack.get()).getMessageIdsList()) {
                Optional<ConversationRow> row = pages.message(Octets.hex(id));
                if (row.isPresent() && row.get().getArchivedShards() < durable) {
                    pages.save(row.get().toBuilder().setArchivedShards(durable)
                            .setArchivedTotal(total).build());
                }
            }
        });
    }

    private void forget(String name) throws IOException {
        store.transact(rows -> {
            rows.remove(Section.PACK, name);
            return name;
        });
    }

    /// Takes up what an earlier life was told of messages, and asks the mesh for packs of which
    /// nobody told how they ended: this node crashed meanwhile.
    private void review() throws IOException {
        for (Row row : store.all(Section.ARCHIVE)) {
            if (isAdvanced(row.value())) {
                add(row.id(), row.value());
            }
        }
        List<Row> old = new ArrayList<>();
        for (Row row : store.all(Section.PACK)) {
            if (age(row) > REVIEW_AGE_MILLIS) {
                old.add(row);
            }
        }
        if (old.isEmpty() || !reviewing.compareAndSet(false, true)) {
            return;
        }
        world.executor().execute(() -> {
            try {
                Listing listing = reader.list();
                later(() -> reviewed(old, listing));
            } catch (CompletionException e) {
                LOG.info("event=archive-not-reviewed reason={}", ArchiveReader.reason(e));
            } finally {
                reviewing.set(false);
            }
        });
    }

    private void reviewed(List<Row> open, Listing listing) throws IOException {
        Map<String, StoredObject> listed = new HashMap<>();
        listing.objects().forEach(object -> listed.put(object.object().name(), object));
        for (Row row : open) {
            StoredObject object = listed.get(row.id());
            int held = object == null ? 0 : ArchiveReader.shards(object);
            if (held > 0) {
                durable(row.id(), held, ErasureScheme.TEN_FIVE.total());
            }
            if (held == ErasureScheme.TEN_FIVE.total()
                    || (object == null && age(row) > ORPHAN_MILLIS)) {
                forget(row.id());
            }
        }
    }

    private static boolean isAdvanced(ByteString form) {
        return form.byteAt(0) == ADVANCED;
    }

    private long age(Row pack) throws IOException {
        return world.now() - ArchivePackRow.parseFrom(pack.value()).getQueuedAt();
    }

    private void later(Work work) {
        if (scribe.isShutdown()) {
            return;
        }
        scribe.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                LOG.error("event=archive-step-failed reason={}", e.getMessage(), e);
            }
        });
    }

    /// Work that may fail with the store.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
