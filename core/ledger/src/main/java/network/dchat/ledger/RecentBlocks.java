package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.BlockPage;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.ValidatorRun;

/// Time and validators of the last blocks: what evidence against old votes is judged by. Lies in
/// the state's tree in pages of 256 heights, so that a block rewrites one small entry and old pages
/// go; each set of validators is there once. Immutable.
final class RecentBlocks {
    static final int PAGE_HEIGHTS = 256;

    private static final int TIME_BYTES = Long.BYTES + Integer.BYTES;

    private final SparseMerkleTree tree;
    /// Of each set in the tree, the last height that it voted on, as far as is known; of the one
    /// that voted last [Long#MAX_VALUE].
    private final NavigableMap<Hash, Long> lastUse;

    private RecentBlocks(SparseMerkleTree tree, NavigableMap<Hash, Long> lastUse) {
        this.tree = tree;
        this.lastUse = lastUse;
    }

    /// Those of a tree.
    ///
    /// @param pages all of them
    static RecentBlocks load(SparseMerkleTree tree, Iterable<BlockPage> pages) {
        TreeMap<Long, Hash> runs = new TreeMap<>();
        pages.forEach(page -> page.getRunsList()
                .forEach(run -> runs.put(run.getHeight(), new Hash(run.getSetHash()))));
        TreeMap<Hash, Long> lastUse = new TreeMap<>();
        runs.forEach((height, set) -> {
            Long after = runs.higherKey(height);
            lastUse.merge(set, after == null ? Long.MAX_VALUE : after - 1, Math::max);
        });
        return new RecentBlocks(tree, Collections.unmodifiableNavigableMap(lastUse));
    }

    /// Those after another block.
    ///
    /// @param tree that of the state after the block, without what this writes
    /// @param voters who voted on the block
    /// @param keep heights that evidence may name
    RecentBlocks after(SparseMerkleTree tree, BlockFacts facts, ValidatorSet voters, long keep) {
        long number = page(facts.height());
        BlockPage.Builder page = storedPage(number)
                .orElse(BlockPage.newBuilder().setPage(number).build()).toBuilder();
        page.setTimes(page.getTimes().concat(encode(facts.time())));
        boolean same = page.getRunsCount() > 0
                && page.getRuns(page.getRunsCount() - 1).getSetHash().equals(voters.hash().bytes());
        if (!same) {
            page.addRuns(ValidatorRun.newBuilder().setHeight(facts.height())
                    .setSetHash(voters.hash().bytes()));
        }
        SparseMerkleTree next = tree.put(StateKeys.blockPage(number),
                StateEntry.newBuilder().setBlockPage(page).build().toByteString());
        NavigableMap<Hash, Long> uses = lastUse;
        if (lastUse.getOrDefault(voters.hash(), 0L) != Long.MAX_VALUE) {
            TreeMap<Hash, Long> changed = new TreeMap<>(lastUse);
            changed.replaceAll(
                    (_, last) -> last == Long.MAX_VALUE ? Long.valueOf(facts.height() - 1) : last);
            changed.put(voters.hash(), Long.MAX_VALUE);
            next = next.put(StateKeys.validatorSet(voters.hash()), StateEntry.newBuilder()
                    .setValidatorSet(voters.toProto()).build().toByteString());
            uses = changed;
        }
        return new RecentBlocks(next, uses).forget(facts.height() + 1 - keep);
    }

    SparseMerkleTree tree() {
        return tree;
    }

    /// The time of a block, while its page is there.
    Optional<Timestamp> time(long height) {
        return storedPage(page(height)).map(BlockPage::getTimes).flatMap(times -> {
            int at = TIME_BYTES * (int) ((height - 1) % PAGE_HEIGHTS);
            return at < times.size()
                    ? Optional.of(decode(times.substring(at, at + TIME_BYTES)))
                    : Optional.empty();
        });
    }

    /// Who voted on a block, while its page is there.
    Optional<ValidatorSet> validators(long height) {
        return storedPage(page(height)).filter(_ -> time(height).isPresent())
                .flatMap(page -> page.getRunsList().stream()
                        .filter(run -> run.getHeight() <= height).reduce((_, later) -> later))
                .flatMap(run -> tree.get(StateKeys.validatorSet(new Hash(run.getSetHash()))))
                .flatMap(value -> ValidatorSet.parse(StateEntries.decode(value).getValidatorSet()));
    }

    /// Drops the page that lies before this height, and the sets that voted on no later block.
    private RecentBlocks forget(long height) {
        long first = PAGE_HEIGHTS * page(Math.max(1, height)) + 1;
        Hash old = StateKeys.blockPage(page(first) - 1);
        if (first == 1 || tree.get(old).isEmpty()) {
            return this;
        }
        SparseMerkleTree next = tree.remove(old);
        TreeMap<Hash, Long> kept = new TreeMap<>();
        for (var each : lastUse.entrySet()) {
            if (each.getValue() >= first) {
                kept.put(each.getKey(), each.getValue());
            } else {
                next = next.remove(StateKeys.validatorSet(each.getKey()));
            }
        }
        return new RecentBlocks(next, Collections.unmodifiableNavigableMap(kept));
    }

    private Optional<BlockPage> storedPage(long number) {
        return tree.get(StateKeys.blockPage(number))
                .map(value -> StateEntries.decode(value).getBlockPage());
    }

    private static long page(long height) {
        return Math.floorDiv(height - 1, PAGE_HEIGHTS);
    }

    private static ByteString encode(Timestamp time) {
        return BigEndian.of(time.getSeconds()).concat(BigEndian.of(time.getNanos()));
    }

    private static Timestamp decode(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return Timestamp.newBuilder().setSeconds(buffer.getLong()).setNanos(buffer.getInt())
                .build();
    }
}
