package network.dchat.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.wire.v1.ValidatorTerm;
import network.dchat.wire.v1.ValidatorTerms;

/// Who votes on the heights around the last block, and whose turn it is to propose. Immutable.
///
/// The state's tree holds the sets with their priorities as they were at some height only, so that
/// an unchanged set costs no write a block: the rotation of a later height is worked out by turns.
final class ValidatorTimeline {
    /// After this many blocks the priorities are written anew, so that no restart takes more turns.
    static final long ANCHOR_BLOCKS = 4_096;

    /// A set with the rotation of one height.
    record Term(ValidatorSet set, ProposerRotation rotation) {
        Term turn() {
            return new Term(set, rotation.advance(1));
        }

        Term change(ValidatorSet changed) {
            return new Term(changed, rotation.changeTo(changed));
        }
    }

    /// A term as it is at a height.
    private record Anchor(long height, Term term) {}

    private final ValidatorSet last;
    private final Term current;
    private final Term next;
    private final List<Anchor> anchors;

    private ValidatorTimeline(ValidatorSet last, Term current, Term next, List<Anchor> anchors) {
        this.last = last;
        this.current = current;
        this.next = next;
        this.anchors = List.copyOf(anchors);
    }

    /// Before the first block.
    static ValidatorTimeline begin(ValidatorSet set) {
        Term first = new Term(set, ProposerRotation.begin(set));
        return new ValidatorTimeline(set, first, first.turn(), List.of(new Anchor(1, first)));
    }

    /// As the state's tree has it.
    ///
    /// @param last who voted on the last block; empty before the first
    /// @throws IllegalArgumentException when the terms are not those around this height
    static ValidatorTimeline load(ValidatorTerms stored, long height, Optional<ValidatorSet> last) {
        List<Anchor> anchors = new ArrayList<>();
        for (ValidatorTerm each : stored.getTermsList()) {
            ValidatorSet set = ValidatorSet.parse(each.getSet()).orElseThrow(
                    () -> new IllegalArgumentException("validators: not a set (expected: one)"));
            anchors.add(new Anchor(each.getHeight(),
                    new Term(set, ProposerRotation.parse(each.getSet()))));
        }
        boolean good = !anchors.isEmpty() && anchors.size() <= 2
                && anchors.getFirst().height() <= height + 1
                && height - anchors.getFirst().height() <= ANCHOR_BLOCKS
                && (anchors.size() == 1 || anchors.getLast().height() == height + 2);
        if (!good) {
            throw new IllegalArgumentException("validators: terms at "
                    + anchors.stream().map(Anchor::height).toList() + " (expected: one up to "
                    + (height + 1) + ", perhaps one at " + (height + 2) + ")");
        }
        Term current = at(anchors.getFirst(), height + 1);
        Term next = anchors.size() == 1 ? current.turn() : anchors.getLast().term();
        return new ValidatorTimeline(last.orElse(current.set()), current, next, anchors);
    }

    /// After the block of this height.
    ///
    /// @param changed the set from two heights later on; empty when it stays
    ValidatorTimeline after(long height, Optional<ValidatorSet> changed) {
        Term later = changed.map(next::change).orElseGet(next::turn);
        List<Anchor> kept = new ArrayList<>(anchors);
        changed.ifPresent(_ -> kept.add(new Anchor(height + 2, later)));
        while (kept.size() > 1 && kept.get(1).height() <= height + 1) {
            kept.removeFirst();
        }
        if ((height + 1) % ANCHOR_BLOCKS == 0) {
            kept.set(0, new Anchor(height + 1, next));
        }
        return new ValidatorTimeline(current.set(), next, later, kept);
    }

    /// True when the state's tree must be told.
    boolean isWrittenAfter(ValidatorTimeline before) {
        return !anchors.equals(before.anchors);
    }

    /// The form that the state's tree holds.
    ValidatorTerms toWire() {
        ValidatorTerms.Builder terms = ValidatorTerms.newBuilder();
        anchors.forEach(
                anchor -> terms.addTerms(ValidatorTerm.newBuilder().setHeight(anchor.height())
                        .setSet(anchor.term().rotation().describe(anchor.term().set()))));
        return terms.build();
    }

    ValidatorSet last() {
        return last;
    }

    Term current() {
        return current;
    }

    Term next() {
        return next;
    }

    private static Term at(Anchor anchor, long height) {
        Term term = anchor.term();
        for (long turn = anchor.height(); turn < height; turn++) {
            term = term.turn();
        }
        return term;
    }
}
