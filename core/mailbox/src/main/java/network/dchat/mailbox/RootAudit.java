package network.dchat.mailbox;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import network.dchat.identity.Hash;

/// The audit of one own root from the draw until it is over.
final class RootAudit {
    private long deadlineMillis;
    private boolean extended;
    private final TreeSet<Integer> wanted;
    private final TreeSet<Integer> shown;
    /// Leaves in an audit that no block has so far; follows from the open transactions.
    private final TreeSet<Integer> asked = new TreeSet<>();
    private boolean settled;

    /// An audit that begins.
    RootAudit(long deadlineMillis, Collection<Integer> drawn) {
        this.deadlineMillis = deadlineMillis;
        this.wanted = new TreeSet<>(drawn);
        this.shown = new TreeSet<>();
    }

    /// An audit of an earlier life.
    RootAudit(Change.RootAudited known) {
        this.deadlineMillis = known.deadlineMillis();
        this.extended = known.extended();
        this.wanted = new TreeSet<>(known.wanted());
        this.shown = new TreeSet<>(known.shown());
        this.settled = known.settled();
    }

    Change.RootAudited change(Hash root) {
        return new Change.RootAudited(root, deadlineMillis, extended, List.copyOf(wanted),
                List.copyOf(shown), settled);
    }

    boolean isOver(long blockMillis) {
        return deadlineMillis <= blockMillis;
    }

    boolean isSettled() {
        return settled;
    }

    void settle() {
        settled = true;
    }

    /// Whether all was shown that had to be.
    boolean isPassed() {
        return shown.containsAll(wanted);
    }

    /// Leaves that have to be shown and are in no audit.
    List<Integer> missing() {
        return wanted.stream().filter(leaf -> !shown.contains(leaf) && !asked.contains(leaf))
                .toList();
    }

    void ask(Collection<Integer> leaves) {
        asked.addAll(leaves);
    }

    void askAgain(Collection<Integer> leaves) {
        leaves.forEach(asked::remove);
    }

    void show(Collection<Integer> leaves) {
        shown.addAll(leaves);
    }

    /// Another relay challenges leaves. A challenge in the last quarter of the window moves the
    /// deadline by half the window, once. Says how many leaves are new.
    int challenge(Collection<Integer> leaves, long blockMillis, long windowMillis) {
        if (!extended && blockMillis >= deadlineMillis - windowMillis / 4) {
            extended = true;
            deadlineMillis = Math.max(deadlineMillis, blockMillis) + windowMillis / 2;
        }
        int before = wanted.size();
        wanted.addAll(leaves);
        return wanted.size() - before;
    }
}
