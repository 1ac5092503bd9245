package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import network.dchat.client.RestoreProgress.State;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.erasure.ErasureScheme;
import network.dchat.wire.v1.ConversationRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the history back from the mesh into a store that was lost: by itself where the store is
/// new, and whenever it is asked to.
///
/// Each pack is one transaction: its messages, and that it was read. So a crash repeats one pack at
/// most, and repeating changes nothing. Objects that cannot be had are asked for again, with pauses
/// that grow; those that are damaged are named and left. It ends when a later look at the mesh
/// brought no message that is not here, since a node that has just started may not know all storage
/// nodes.
final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
    private static final String ROW = "restore";
    private static final ByteString RUNNING = ByteString.copyFromUtf8("running");
    private static final ByteString DONE = ByteString.copyFromUtf8("done");
    private static final ByteString NOT_NEEDED = ByteString.copyFromUtf8("not-needed");
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST_SHIFT = 10;

    private final Store store;
    private final History history;
    private final ArchiveReader reader;
    private final Surroundings world;
    private final Duration pause;
    private final AtomicBoolean working = new AtomicBoolean();
    /// Packs that are done with, and what is wrong with them; empty when nothing is.
    private final Map<String, String> done = new TreeMap<>();
    private final Map<String, String> missing = new TreeMap<>();
    private State state;
    private int objects;
    private int messages;
    private boolean truncated;
    private int attempts;
    private String waitsFor = "";
    private volatile boolean stopped;

    /// @param pause between two rounds, at first
    Restorer(Store store, History history, ArchiveReader reader, Surroundings world, Duration pause)
            throws IOException {
        this.store = store;
        this.history = history;
        this.reader = reader;
        this.world = world;
        this.pause = pause;
        this.state = load();
        for (Row row : store.all(Section.RESTORED)) {
            done.put(row.id(), row.value().toStringUtf8());
        }
    }

    /// Goes on where the store says that it is not done.
    void start() {
        if (progress().state() == State.RUNNING) {
            world.executor().execute(this::round);
        }
    }

    /// Looks at the mesh again, whatever was read before.
    void again() throws IOException {
        mark(RUNNING, State.RUNNING);
        synchronized (this) {
            attempts = 0;
        }
        world.executor().execute(this::round);
    }

    void stop() {
        stopped = true;
    }

    synchronized RestoreProgress progress() {
        Map<String, String> faults = new TreeMap<>(missing);
        done.forEach((name, fault) -> {
            if (!fault.isEmpty()) {
                faults.put(name, fault);
            }
        });
        List<RestoreProgress.Fault> named = faults.entrySet().stream()
                .limit(RestoreProgress.MOST_FAULTS)
                .map(entry -> new RestoreProgress.Fault(entry.getKey(), entry.getValue())).toList();
        return new RestoreProgress(state, objects, done.size(), messages, named, faults.size(),
                truncated, waitsFor);
    }

    /// A store without anything in it is one that was lost, or of a new user: the mesh knows.
    private State load() throws IOException {
        Optional<ByteString> row = store.get(Section.SETTING, ROW);
        if (row.isEmpty()) {
            boolean empty = history.size() == 0 && store.all(Section.SESSION).isEmpty();
            mark(empty ? RUNNING : NOT_NEEDED, empty ? State.RUNNING : State.NOT_NEEDED);
            return empty ? State.RUNNING : State.NOT_NEEDED;
        }
        if (row.get().equals(RUNNING)) {
            return State.RUNNING;
        }
        return row.get().equals(DONE) ? State.DONE : State.NOT_NEEDED;
    }

    private void mark(ByteString value, State next) throws IOException {
        store.transact(rows -> {
            rows.put(Section.SETTING, ROW, value);
            return value;
        });
        synchronized (this) {
            state = next;
        }
    }

    /// One look at the mesh. A round that found nothing new and nothing missing is the last one,
    /// unless it is the first.
    private void round() {
        if (stopped || !working.compareAndSet(false, true)) {
            return;
        }
        try {
            int before = begin();
            ArchiveReader.Extent extent = reader.read(this::isWanted, new Storing());
            if (end(extent, before)) {
                mark(DONE, State.DONE);
                LOG.info("event=history-restored objects={} messages={} failed={}",
                        extent.objects(), progress().messages(), progress().failed());
                return;
            }
        } catch (CompletionException e) {
            waitFor(ArchiveReader.reason(e));
        } catch (IOException e) {
            waitFor(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("event=restore-failed reason={}", e.getMessage(), e);
            waitFor("failed; see the log");
        } finally {
            working.set(false);
        }
        if (!stopped && progress().state() == State.RUNNING) {
            world.timers().after(pause(), () -> world.executor().execute(this::round));
        }
    }

    private synchronized int begin() {
        waitsFor = "";
        missing.clear();
        return messages;
    }

    private synchronized boolean end(ArchiveReader.Extent extent, int before) {
        objects = extent.objects();
        truncated = extent.truncated();
        boolean quiet = missing.isEmpty() && messages == before;
        if (!quiet || attempts == 0) {
            waitFor(missing.isEmpty()
                    ? "a second look at the mesh"
                    : missing.size() + " objects that cannot be had now");
            return false;
        }
        return true;
    }

    private synchronized void waitFor(String reason) {
        waitsFor = reason;
        LOG.info("event=restore-waits reason={}", reason);
    }

    private synchronized Duration pause() {
        Duration next = pause.multipliedBy(1L << Math.min(attempts, MOST_SHIFT));
        attempts++;
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private synchronized boolean isWanted(String name) {
        return !done.containsKey(name);
    }

    private synchronized void note(String name, String fault, int added) {
        done.put(name, fault);
        messages += added;
    }

    /// Puts packs into the store.
    private final class Storing implements ArchiveReader.Taker {
        @Override
        public boolean take(ArchiveReader.Pack pack) throws IOException {
            if (stopped) {
                return false;
            }
            String fault = pack.damaged() == 0
                    ? ""
                    : pack.damaged() + " of " + (pack.damaged() + pack.rows().size())
                            + " records cannot be read";
            Set<ByteString> added = new HashSet<>();
            history.change(pages -> {
                for (ConversationRow copy : pack.rows()) {
                    if (write(copy, pack.shards(), pages)) {
                        added.add(copy.getId());
                    }
                }
                pages.rows().put(Section.RESTORED, pack.name(), ByteString.copyFromUtf8(fault));
            });
            if (!fault.isEmpty()) {
                LOG.warn("event=pack-damaged pack={} reason={}", pack.name(), fault);
            }
            note(pack.name(), fault, added.size());
            return true;
        }

        @Override
        public void failed(String name, String reason, boolean forGood) throws IOException {
            LOG.warn("event=pack-not-read pack={} reason={} for-good={}", name, reason, forGood);
            if (!forGood) {
                synchronized (Restorer.this) {
                    missing.put(name, reason);
                }
                return;
            }
            store.transact(rows -> {
                rows.put(Section.RESTORED, name, ByteString.copyFromUtf8(reason));
                return name;
            });
            note(name, reason, 0);
        }
    }

    /// Writes one message; true when it was not here.
    private static boolean write(ConversationRow copy, int shards, History.Pages pages)
            throws IOException {
        ConversationRow restored = MessageMerge.restored(copy, shards,
                ErasureScheme.TEN_FIVE.total());
        Optional<ConversationRow> here = pages.message(MessageIndex.id(copy));
        ConversationRow merged = here.isEmpty()
                ? restored
                : MessageMerge.merge(here.get(), restored);
        if (here.filter(merged::equals).isEmpty()) {
            pages.save(merged);
        }
        if (copy.getOutgoing()) {
            Counters.raise(pages.rows(), copy.getPeer(), copy.getCounter());
        }
        return here.isEmpty();
    }
}
