package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import network.dchat.client.HistoryCodec.Opened;
import network.dchat.erasure.ErasureScheme;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.wire.v1.ConversationRow;

/// Reads the user's packs from the mesh, the newest first, a few at a time: however long the
/// history is, no more than [#AT_ONCE] packs are in memory. Blocks; safe for many threads.
final class ArchiveReader {
    /// Packs that are asked for at the same time.
    static final int AT_ONCE = 4;
    /// Largest object that can be a pack, in bytes: twice what a packer makes.
    static final long LARGEST_PACK = 1_280 * 1024;

    private static final int PATIENCE_SECONDS = 60;

    private final Self self;
    private final Archive archive;
    private final Surroundings world;
    private final HistoryCodec codec;

    /// A pack that was read.
    ///
    /// @param name   of the object
    /// @param rows   its messages
    /// @param damaged how many of its records cannot be read
    /// @param shards how many shards of it the mesh is known to have
    record Pack(String name, List<ConversationRow> rows, int damaged, int shards) {
        Pack {
            rows = List.copyOf(rows);
        }
    }

    /// What is done with the packs.
    interface Taker {
        /// Takes a pack; false when that is enough.
        boolean take(Pack pack) throws IOException;

        /// An object cannot be had now, or is no pack and never will be one.
        void failed(String name, String reason, boolean forGood) throws IOException;
    }

    /// What the mesh has.
    ///
    /// @param objects   how many objects it listed
    /// @param truncated whether it has more than it lists
    record Extent(int objects, boolean truncated) {}

    private record Reading(StoredObject object, CompletableFuture<ByteString> bytes) {}

    ArchiveReader(Self self, Archive archive, Surroundings world) {
        this.self = self;
        this.archive = archive;
        this.world = world;
        this.codec = new HistoryCodec(self);
    }

    /// What the mesh lists of the user's history.
    ///
    /// @throws CompletionException when too few storage nodes answer
    Listing list() {
        return archive.list(self.address(), ObjectName.HISTORY, "", codec.grant(world.now()))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// Reads every listed pack that is wanted. An object that cannot be read does not stop the
    /// rest.
    ///
    /// @throws CompletionException when too few storage nodes answer
    Extent read(Predicate<String> wanted, Taker taker) throws IOException {
        Listing listing = list();
        List<StoredObject> objects = new ArrayList<>(listing.objects());
        objects.removeIf(object -> !wanted.test(object.object().name()));
        objects.sort(
                Comparator.comparing((StoredObject object) -> object.object().name()).reversed());
        Deque<Reading> readings = new ArrayDeque<>();
        boolean more = true;
        for (StoredObject object : objects) {
            if (readings.size() == AT_ONCE) {
                more = finish(readings.remove(), taker);
            }
            if (!more) {
                break;
            }
            begin(object, taker).ifPresent(readings::add);
        }
        while (more && !readings.isEmpty()) {
            more = finish(readings.remove(), taker);
        }
        return new Extent(listing.objects().size(), listing.truncated());
    }

    private Optional<Reading> begin(StoredObject object, Taker taker) throws IOException {
        long length = object.manifest().manifest() instanceof Manifest.Stored stored
                ? stored.layout().length()
                : 0;
        if (length > LARGEST_PACK) {
            taker.failed(object.object().name(),
                    length + " bytes (expected: up to " + LARGEST_PACK + ")", true);
            return Optional.empty();
        }
        return Optional.of(new Reading(object, archive.get(object, codec.grant(world.now()))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)));
    }

    private boolean finish(Reading reading, Taker taker) throws IOException {
        String name = reading.object().object().name();
        ByteString bytes;
        try {
            bytes = reading.bytes().join();
        } catch (CompletionException e) {
            taker.failed(name, reason(e), false);
            return true;
        }
        Optional<Opened> opened = codec.open(bytes);
        if (opened.isEmpty()) {
            taker.failed(name, "no pack of history", true);
            return true;
        }
        return taker.take(new Pack(name, opened.get().rows(), opened.get().damaged(),
                shards(reading.object())));
    }

    /// Why a call of the mesh failed, in words.
    static String reason(CompletionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof TimeoutException) {
            return "no answer within " + PATIENCE_SECONDS + " s";
        }
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }

    /// How many different shards of an object the nodes say that they hold.
    static int shards(StoredObject object) {
        Set<Integer> held = new HashSet<>();
        object.holdings().forEach(holding -> held.addAll(holding.indexes()));
        return Math.min(held.size(), ErasureScheme.TEN_FIVE.total());
    }
}
