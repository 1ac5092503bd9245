package network.dchat.ledger;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.OpenRoot;

/// What becomes of ordered batches and delivery roots at the end of a block. Each step ends only
/// what earlier blocks took in, so that its work is bounded by theirs. Owned by one thread.
final class Settlement {
    private final StateDraft draft;
    private final BlockFacts facts;

    Settlement(StateDraft draft, BlockFacts facts) {
        this.draft = draft;
        this.facts = facts;
    }

    /// Does all that is due.
    void run() {
        date();
        draw();
        extend();
        settle();
        end();
    }

    /// Batches of this block get its time.
    private void date() {
        OrderedSet<Due> batches = draft.deadlines().batches();
        for (Place place : draft.added()) {
            BatchMarks marks = draft.batches().get(place).orElseThrow();
            marks.orderAt(facts.timeMillis());
            batches = batches.with(Deadlines.of(marks.batch(), draft.terms()));
        }
        draft.setDeadlines(draft.deadlines().withBatches(batches));
    }

    /// This block's hash draws the leaves that the roots of the block before must show.
    private void draw() {
        OrderedSet<Due> roots = draft.deadlines().roots();
        long window = draft.terms().auditMillis();
        for (Hash transaction : draft.deadlines().undrawn()) {
            OpenRoot root = draft.roots().get(transaction).orElseThrow();
            List<Integer> leaves = AuditDraw.leaves(transaction, facts.hash(), root.getCount());
            OpenRoot drawn = root.toBuilder().addAllRequired(leaves).setWindowMillis(window)
                    .setDeadlineMillis(facts.timeMillis() + window).build();
            draft.roots().put(transaction, drawn);
            roots = roots.with(Deadlines.of(drawn).orElseThrow());
        }
        draft.setDeadlines(draft.deadlines().withRoots(roots).withUndrawn(draft.opened()));
    }

    /// A challenge in the last quarter of the window gives the root's relay another half of it.
    private void extend() {
        for (Hash transaction : draft.challenged()) {
            Optional<OpenRoot> root = draft.roots().get(transaction);
            if (root.isEmpty() || root.get().getExtended()
                    || facts.timeMillis() < root.get().getDeadlineMillis()
                            - root.get().getWindowMillis() / 4) {
                continue;
            }
            long deadline = Math.max(root.get().getDeadlineMillis(), facts.timeMillis())
                    + root.get().getWindowMillis() / 2;
            OpenRoot later = root.get().toBuilder().setExtended(true).setDeadlineMillis(deadline)
                    .build();
            draft.roots().put(transaction, later);
            OrderedSet<Due> roots = draft.deadlines().roots()
                    .without(Deadlines.of(root.get()).orElseThrow())
                    .with(Deadlines.of(later).orElseThrow());
            draft.setDeadlines(draft.deadlines().withRoots(roots));
        }
    }

    private void settle() {
        Optional<Due> next = draft.deadlines().roots().first();
        while (next.isPresent() && next.get().millis() <= facts.timeMillis()) {
            new RootClosing(draft, draft.roots().get(new Hash(next.get().name())).orElseThrow())
                    .settle();
            next = draft.deadlines().roots().first();
        }
    }

    /// Ends batches whose claims are over: all paid, or too old and listed by no open root. What
    /// they still hold is burnt.
    private void end() {
        OrderedSet<Due> batches = draft.deadlines().batches();
        Optional<Due> next = batches.first();
        while (next.isPresent() && next.get().millis() <= facts.timeMillis()) {
            draft.touch(new Place(next.get().height(),
                    next.get().name().asReadOnlyByteBuffer().getInt()));
            batches = batches.without(next.get());
            next = batches.first();
        }
        for (Place place : draft.touched()) {
            Optional<BatchMarks> marks = draft.batches().get(place);
            if (marks.isEmpty() || !isOver(marks.get())) {
                continue;
            }
            long held = marks.get().held();
            draft.units().pool(-held);
            draft.units().burn(held);
            draft.batches().remove(place);
            batches = batches.without(Deadlines.of(marks.get().batch(), draft.terms()));
        }
        draft.setDeadlines(draft.deadlines().withBatches(batches));
    }

    private boolean isOver(BatchMarks marks) {
        return marks.isPaid() || (!marks.isAwaited()
                && Deadlines.of(marks.batch(), draft.terms()).millis() <= facts.timeMillis());
    }
}
