package network.dchat.ledger;

import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.wire.v1.OpenRoot;

/// What becomes of ordered batches and delivery roots at the end of a block. Owned by one thread.
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
}
