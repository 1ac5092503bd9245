package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.consensus.RoundMachine.Action;
import network.dchat.consensus.RoundMachine.Proposed;
import network.dchat.consensus.RoundMachine.Verdict;
import org.junit.jupiter.api.Test;

class RoundMachineTest {
    private static final Optional<String> NIL = Optional.empty();
    private static final Optional<String> V = Optional.of("v");
    private static final Optional<String> W = Optional.of("w");

    private final BookedLog log = new BookedLog();
    private final RoundMachine<String> machine = new RoundMachine<>();

    @Test
    void beginsWithRoundZeroAndMayPropose() {
        assertThat(machine.start(log)).containsExactly(new Action.Enter<>(0),
                new Action.Schedule<>(Step.PROPOSE, 0), new Action.Propose<>(0, NIL, -1));
    }

    @Test
    void prevotesAValidNewValue() {
        machine.start(log);
        log.propose(0, "v", -1, true);
        assertThat(machine.advance(log)).containsExactly(new Action.Vote<>(VoteType.PREVOTE, 0, V));
        assertThat(machine.advance(log)).isEmpty();
    }

    @Test
    void prevotesNilForAnInvalidValue() {
        machine.start(log);
        log.propose(0, "v", -1, false);
        assertThat(machine.advance(log))
                .containsExactly(new Action.Vote<>(VoteType.PREVOTE, 0, NIL));
    }

    @Test
    void locksAndPrecommitsOnAPolka() {
        lockV();
        assertThat(machine.lockedValue()).isEqualTo(V);
        assertThat(machine.lockedRound()).isZero();
        assertThat(machine.validRound()).isZero();
        assertThat(machine.step()).isEqualTo(Step.PRECOMMIT);
    }

    @Test
    void takesAPolkaThatComesAfterItsPrecommitAsValidOnly() {
        machine.start(log);
        log.propose(0, "v", -1, true);
        machine.advance(log);
        assertThat(machine.timeout(Step.PREVOTE, 0, log))
                .containsExactly(new Action.Vote<>(VoteType.PRECOMMIT, 0, NIL));
        log.quorum(VoteType.PREVOTE, 0, V);
        assertThat(machine.advance(log)).isEmpty();
        assertThat(machine.lockedRound()).isEqualTo(-1);
        assertThat(machine.validValue()).isEqualTo(V);
    }

    @Test
    void keepsItsLockWhenNilHasAPolka() {
        lockV();
        nextRound(0);
        log.propose(1, "w", -1, true);
        assertThat(machine.advance(log))
                .containsExactly(new Action.Vote<>(VoteType.PREVOTE, 1, NIL));
        log.quorum(VoteType.PREVOTE, 1, NIL);
        assertThat(machine.advance(log))
                .containsExactly(new Action.Vote<>(VoteType.PRECOMMIT, 1, NIL));
        assertThat(machine.lockedValue()).isEqualTo(V);
    }

    @Test
    void prevotesItsLockedValueAgain() {
        lockV();
        nextRound(0);
        log.propose(1, "v", -1, true);
        assertThat(machine.advance(log)).containsExactly(new Action.Vote<>(VoteType.PREVOTE, 1, V));
    }

    @Test
    void proposesItsValidValueWithTheRoundOfItsPolka() {
        lockV();
        assertThat(machine.timeout(Step.PRECOMMIT, 0, log)).contains(new Action.Propose<>(1, V, 0));
    }

    @Test
    void changesItsLockForALaterPolka() {
        lockV();
        nextRound(0);
        nextRound(1);
        nextRound(2);
        log.propose(3, "w", 2, true);
        assertThat(machine.advance(log)).isEmpty();
        log.quorum(VoteType.PREVOTE, 2, W);
        assertThat(machine.advance(log)).containsExactly(new Action.Vote<>(VoteType.PREVOTE, 3, W));
        log.quorum(VoteType.PREVOTE, 3, W);
        machine.advance(log);
        assertThat(machine.lockedValue()).isEqualTo(W);
        assertThat(machine.lockedRound()).isEqualTo(3);
    }

    @Test
    void refusesAnOlderPolkaThanItsLock() {
        machine.start(log);
        nextRound(0);
        log.propose(1, "v", -1, true);
        machine.advance(log);
        log.quorum(VoteType.PREVOTE, 1, V);
        machine.advance(log);
        nextRound(1);
        log.quorum(VoteType.PREVOTE, 0, W);
        log.propose(2, "w", 0, true);
        assertThat(machine.advance(log))
                .containsExactly(new Action.Vote<>(VoteType.PREVOTE, 2, NIL));
    }

    @Test
    void schedulesEachTimeoutOnce() {
        machine.start(log);
        log.propose(0, "v", -1, true);
        machine.advance(log);
        log.any(VoteType.PREVOTE, 0);
        assertThat(machine.advance(log)).containsExactly(new Action.Schedule<>(Step.PREVOTE, 0));
        log.any(VoteType.PRECOMMIT, 0);
        assertThat(machine.advance(log)).containsExactly(new Action.Schedule<>(Step.PRECOMMIT, 0));
        assertThat(machine.advance(log)).isEmpty();
    }

    @Test
    void schedulesNoPrevoteTimeoutBeforeItHasPrevoted() {
        machine.start(log);
        log.any(VoteType.PREVOTE, 0);
        assertThat(machine.advance(log)).isEmpty();
        assertThat(machine.timeout(Step.PROPOSE, 0, log)).containsExactly(
                new Action.Vote<>(VoteType.PREVOTE, 0, NIL),
                new Action.Schedule<>(Step.PREVOTE, 0));
    }

    @Test
    void ignoresStaleTimeouts() {
        lockV();
        assertThat(machine.timeout(Step.PROPOSE, 0, log)).isEmpty();
        assertThat(machine.timeout(Step.PREVOTE, 0, log)).isEmpty();
        assertThat(machine.timeout(Step.PRECOMMIT, 1, log)).isEmpty();
        nextRound(0);
        assertThat(machine.timeout(Step.PRECOMMIT, 0, log)).isEmpty();
        assertThat(machine.round()).isEqualTo(1);
    }

    @Test
    void skipsToARoundThatAThirdHasReached() {
        machine.start(log);
        log.skipTo = 7;
        assertThat(machine.advance(log)).startsWith(new Action.Enter<>(7));
        assertThat(machine.round()).isEqualTo(7);
    }

    @Test
    void decidesFromAnyRound() {
        machine.start(log);
        nextRound(0);
        nextRound(1);
        log.decision = Optional.of(new Verdict<>("v", 0));
        assertThat(machine.advance(log)).containsExactly(new Action.Decide<>("v", 0));
        assertThat(machine.isDecided()).isTrue();
        assertThat(machine.advance(log)).isEmpty();
        assertThat(machine.timeout(Step.PROPOSE, 2, log)).isEmpty();
    }

    @Test
    void waitsForThePolkaThatAProposalRefersTo() {
        machine.start(log);
        nextRound(0);
        log.propose(1, "v", 0, true);
        assertThat(machine.advance(log)).isEmpty();
        log.quorum(VoteType.PREVOTE, 0, V);
        assertThat(machine.advance(log)).containsExactly(new Action.Vote<>(VoteType.PREVOTE, 1, V));
    }

    private void lockV() {
        machine.start(log);
        log.propose(0, "v", -1, true);
        machine.advance(log);
        log.quorum(VoteType.PREVOTE, 0, V);
        assertThat(machine.advance(log)).contains(new Action.Vote<>(VoteType.PRECOMMIT, 0, V));
    }

    private void nextRound(int round) {
        assertThat(machine.timeout(Step.PRECOMMIT, round, log))
                .contains(new Action.Enter<>(round + 1));
    }

    /// A log in which everything is written by hand.
    private static final class BookedLog implements RoundMachine.Log<String> {
        private final Map<Integer, Proposed<String>> proposals = new HashMap<>();
        private final Set<List<Object>> quorums = new HashSet<>();
        private int skipTo = -1;
        private Optional<Verdict<String>> decision = Optional.empty();

        void propose(int round, String value, int validRound, boolean valid) {
            proposals.put(round, new Proposed<>(value, validRound, valid));
        }

        void quorum(VoteType type, int round, Optional<String> value) {
            quorums.add(List.of(type, round, value));
            any(type, round);
        }

        void any(VoteType type, int round) {
            quorums.add(List.of(type, round, "any"));
        }

        @Override
        public Optional<Proposed<String>> proposal(int round) {
            return Optional.ofNullable(proposals.get(round));
        }

        @Override
        public boolean hasQuorum(VoteType type, int round, String value) {
            return quorums.contains(List.<Object>of(type, round, Optional.of(value)));
        }

        @Override
        public boolean hasQuorumForNil(VoteType type, int round) {
            return quorums.contains(List.<Object>of(type, round, NIL));
        }

        @Override
        public boolean hasQuorumForAny(VoteType type, int round) {
            return quorums.contains(List.<Object>of(type, round, "any"));
        }

        @Override
        public Optional<Verdict<String>> decision() {
            return decision;
        }

        @Override
        public Optional<Integer> roundToSkipTo(int round) {
            return skipTo > round ? Optional.of(skipTo) : Optional.empty();
        }
    }
}
