package network.dchat.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rules of one height (arXiv 1807.04938, algorithm 1), over whatever names a value.
///
/// The machine owns `round_p`, `step_p`, `lockedValue_p`, `lockedRound_p`, `validValue_p` and
/// `validRound_p`. What has been received stands in a [Log]; after each change of it [#advance]
/// fires the rules whose conditions hold, until none does. A rule's comment names its first line
/// in the paper. Deviations, all of them safe:
///
/// - Line 49 decides on a known, valid value with 2f+1 precommits of one round, whatever round's
///   proposal made the value known.
/// - Line 55 counts validators seen in the round *or a later one*: when they are scattered over
///   rounds, f+1 of them still pull the others along.
/// - The propose timeout runs at the proposer too, so that one who cannot sign does not wait for
///   ever.
///
/// @param <V> what names a value; its equality is identity of values
class RoundMachine<V> {
    /// No round: neither locked nor valid.
    static final int NO_ROUND = -1;

    /// What the rules look at: the messages received so far in this height.
    interface Log<V> {
        /// The proposal of the round's proposer, once its whole value is known.
        Optional<Proposed<V>> proposal(int round);

        /// More than two thirds voted for this value in this round.
        boolean hasQuorum(VoteType type, int round, V value);

        /// More than two thirds voted nil in this round.
        boolean hasQuorumForNil(VoteType type, int round);

        /// More than two thirds voted in this round, for whatever.
        boolean hasQuorumForAny(VoteType type, int round);

        /// A known, valid value with more than two thirds of a round's precommits.
        Optional<Verdict<V>> decision();

        /// The highest round above this one which more than a third are seen to have reached.
        Optional<Integer> roundToSkipTo(int round);
    }

    /// A proposal whose whole value is known.
    ///
    /// @param value the value
    /// @param validRound the round in which the proposer saw a polka for it, -1 for a new value
    /// @param valid whether the value is valid; never changes within a height
    record Proposed<V>(V value, int validRound, boolean valid) {}

    /// A value and the round whose precommits decide it.
    record Verdict<V>(V value, int round) {}

    /// What the machine wants done, in order.
    sealed interface Action<V> {
        /// A round began; votes and proposals of the next one are welcome.
        record Enter<V>(int round) implements Action<V> {}

        /// Line 19: propose, if it is our turn. An empty value asks for a new one (line 18).
        record Propose<V>(int round, Optional<V> value, int validRound) implements Action<V> {}

        /// Vote; an empty value is nil.
        record Vote<V>(VoteType type, int round, Optional<V> value) implements Action<V> {}

        /// Let this step's timeout run.
        record Schedule<V>(Step step, int round) implements Action<V> {}

        /// Line 51: the height is decided.
        record Decide<V>(V value, int round) implements Action<V> {}
    }

    private final List<Action<V>> actions = new ArrayList<>();
    private int round = NO_ROUND;
    private Step step = Step.PROPOSE;
    private Optional<V> lockedValue = Optional.empty();
    private int lockedRound = NO_ROUND;
    private Optional<V> validValue = Optional.empty();
    private int validRound = NO_ROUND;
    private boolean prevoteTimeoutScheduled;
    private boolean precommitTimeoutScheduled;
    private boolean polkaSeen;
    private boolean decided;

    /// Begins the height with round 0 and fires what holds already (line 10).
    final List<Action<V>> start(Log<V> log) {
        require(round == NO_ROUND, "started twice");
        startRound(0);
        return advance(log);
    }

    /// Fires the rules until none holds.
    final List<Action<V>> advance(Log<V> log) {
        while (round != NO_ROUND && !decided && fire(log)) {
            require(actions.size() < 1_000, "rules that never end");
        }
        return drain();
    }

    /// A timeout elapsed. One whose round or step is over is stale and does nothing.
    final List<Action<V>> timeout(Step elapsed, int ofRound, Log<V> log) {
        if (decided || !isCurrent(elapsed, ofRound)) {
            return List.of();
        }
        switch (elapsed) {
            case PROPOSE -> prevote(Optional.empty()); // line 57
            case PREVOTE -> precommit(Optional.empty()); // line 61
            case PRECOMMIT -> startRound(round + 1); // line 65
        }
        return advance(log);
    }

    final int round() {
        return round;
    }

    final Step step() {
        return step;
    }

    final int lockedRound() {
        return lockedRound;
    }

    final Optional<V> lockedValue() {
        return lockedValue;
    }

    final int validRound() {
        return validRound;
    }

    final Optional<V> validValue() {
        return validValue;
    }

    final boolean isDecided() {
        return decided;
    }

    /// Lines 58, 62, 66: whether a timeout still means what it was scheduled for.
    boolean isCurrent(Step elapsed, int ofRound) {
        return ofRound == round && switch (elapsed) {
            case PROPOSE -> step == Step.PROPOSE;
            case PREVOTE -> step == Step.PREVOTE;
            case PRECOMMIT -> true;
        };
    }

    /// Lines 23 and 29: whether the lock allows a prevote for the proposed value.
    boolean lockAllows(Proposed<V> proposed) {
        return lockedRound == NO_ROUND || lockedRound <= proposed.validRound()
                || lockedValue.equals(Optional.of(proposed.value()));
    }

    /// Line 44 leaves the lock alone: a polka for nil unlocks nobody.
    void onPolkaForNil() {}

    /// Forgets the lock. No rule does this; a subclass in the tests shows what it would break.
    final void unlock() {
        lockedValue = Optional.empty();
        lockedRound = NO_ROUND;
    }

    private boolean fire(Log<V> log) {
        return decide(log) || skip(log) || takeNewProposal(log) || takeOldProposal(log) || lock(log)
                || giveUpRound(log) || schedulePrevote(log) || schedulePrecommit(log);
    }

    /// Lines 11 to 21.
    private void startRound(int newRound) {
        require(newRound > round, "round " + newRound + " after " + round);
        round = newRound;
        step = Step.PROPOSE;
        prevoteTimeoutScheduled = false;
        precommitTimeoutScheduled = false;
        polkaSeen = false;
        actions.add(new Action.Enter<>(round));
        actions.add(new Action.Schedule<>(Step.PROPOSE, round));
        actions.add(new Action.Propose<>(round, validValue, validRound));
    }

    /// Line 22: a new value.
    private boolean takeNewProposal(Log<V> log) {
        if (step != Step.PROPOSE) {
            return false;
        }
        Optional<Proposed<V>> proposal = log.proposal(round)
                .filter(found -> found.validRound() == NO_ROUND);
        proposal.ifPresent(this::prevoteFor);
        return proposal.isPresent();
    }

    /// Line 28: a value that had a polka in an earlier round, which we must have seen too.
    private boolean takeOldProposal(Log<V> log) {
        if (step != Step.PROPOSE) {
            return false;
        }
        Optional<Proposed<V>> proposal = log.proposal(round)
                .filter(found -> found.validRound() >= 0 && found.validRound() < round)
                .filter(found -> log.hasQuorum(VoteType.PREVOTE, found.validRound(),
                        found.value()));
        proposal.ifPresent(this::prevoteFor);
        return proposal.isPresent();
    }

    private void prevoteFor(Proposed<V> proposed) {
        boolean accepted = proposed.valid() && lockAllows(proposed);
        prevote(accepted ? Optional.of(proposed.value()) : Optional.empty());
    }

    /// Line 34: prevotes of two thirds, but for no one value.
    private boolean schedulePrevote(Log<V> log) {
        if (step != Step.PREVOTE || prevoteTimeoutScheduled
                || !log.hasQuorumForAny(VoteType.PREVOTE, round)) {
            return false;
        }
        prevoteTimeoutScheduled = true;
        actions.add(new Action.Schedule<>(Step.PREVOTE, round));
        return true;
    }

    /// Line 36: a polka for the proposed value locks it.
    private boolean lock(Log<V> log) {
        if (step == Step.PROPOSE || polkaSeen) {
            return false;
        }
        Optional<V> value = log.proposal(round).filter(Proposed::valid).map(Proposed::value)
                .filter(found -> log.hasQuorum(VoteType.PREVOTE, round, found));
        if (value.isEmpty()) {
            return false;
        }
        polkaSeen = true;
        if (step == Step.PREVOTE) {
            lockedValue = value;
            lockedRound = round;
            precommit(value);
        }
        validValue = value;
        validRound = round;
        return true;
    }

    /// Line 44: a polka for nil.
    private boolean giveUpRound(Log<V> log) {
        if (step != Step.PREVOTE || !log.hasQuorumForNil(VoteType.PREVOTE, round)) {
            return false;
        }
        onPolkaForNil();
        precommit(Optional.empty());
        return true;
    }

    /// Line 47: precommits of two thirds, but for no one value.
    private boolean schedulePrecommit(Log<V> log) {
        if (precommitTimeoutScheduled || !log.hasQuorumForAny(VoteType.PRECOMMIT, round)) {
            return false;
        }
        precommitTimeoutScheduled = true;
        actions.add(new Action.Schedule<>(Step.PRECOMMIT, round));
        return true;
    }

    /// Line 49: decide, whatever the round.
    private boolean decide(Log<V> log) {
        Optional<Verdict<V>> verdict = log.decision();
        verdict.ifPresent(found -> {
            decided = true;
            actions.add(new Action.Decide<>(found.value(), found.round()));
        });
        return verdict.isPresent();
    }

    /// Line 55: one honest validator at least is in a later round.
    private boolean skip(Log<V> log) {
        Optional<Integer> later = log.roundToSkipTo(round);
        later.ifPresent(this::startRound);
        return later.isPresent();
    }

    private void prevote(Optional<V> value) {
        step = Step.PREVOTE;
        actions.add(new Action.Vote<>(VoteType.PREVOTE, round, value));
    }

    private void precommit(Optional<V> value) {
        step = Step.PRECOMMIT;
        actions.add(new Action.Vote<>(VoteType.PRECOMMIT, round, value));
    }

    private List<Action<V>> drain() {
        List<Action<V>> drained = List.copyOf(actions);
        actions.clear();
        return drained;
    }

    private static void require(boolean holds, String broken) {
        if (!holds) {
            throw new IllegalStateException("round machine: " + broken);
        }
    }
}
