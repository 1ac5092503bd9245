package network.dchat.consensus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.dchat.wire.v1.BlockId;
import org.jspecify.annotations.Nullable;

/// Who voted what in one height, with which weight, in bounded memory.
///
/// Kept in full: the current round, the next one, the rounds before within the limit, and the few
/// rounds that are pinned because a lock or a proposal refers to them. Of rounds beyond the next
/// one only the latest vote of each validator is kept, enough to notice that one must skip ahead.
/// What was not kept is asked for again by announcements.
final class VoteKeeper {
    /// What became of a vote.
    sealed interface Outcome {
        /// Counted.
        record Added() implements Outcome {}

        /// Was there already, or says nothing new.
        record Known() implements Outcome {}

        /// The voter contradicts its first vote, which stands. Told once a round and type.
        record Equivocated(CountedVote first, CountedVote second) implements Outcome {}

        /// Of a round that is no longer kept.
        record TooOld() implements Outcome {}
    }

    private final long[] powers;
    private final Quorum quorum;
    private final int pastRounds;
    private final NavigableMap<Integer, Map<VoteType, VoteTally>> rounds = new TreeMap<>();
    private final @Nullable CountedVote[] beyond;
    private Set<Integer> pinned = Set.of();
    private int current;

    /// @param powers the validators' voting powers in the order of the set
    /// @param quorum when votes suffice
    /// @param pastRounds how many rounds before the current one are kept
    VoteKeeper(List<Long> powers, Quorum quorum, int pastRounds) {
        this.powers = powers.stream().mapToLong(Long::longValue).toArray();
        this.quorum = quorum;
        this.pastRounds = pastRounds;
        this.beyond = new @Nullable CountedVote[powers.size()];
    }

    /// True when the vote would change anything: asked before its signature is verified.
    boolean isWanted(CountedVote vote) {
        if (!keeps(vote.round())) {
            return vote.round() > current && isNews(vote);
        }
        VoteTally tally = tally(vote.type(), vote.round()).orElse(null);
        return tally == null || switch (tally.lookup(vote)) {
            case ADDED, CONFLICT -> true;
            case DUPLICATE, CONFLICT_AGAIN -> false;
        };
    }

    /// Counts a vote whose signature was verified.
    Outcome add(CountedVote vote) {
        if (keeps(vote.round())) {
            return count(vote);
        }
        return vote.round() > current ? remember(vote) : new Outcome.TooOld();
    }

    /// The validator is in this round now: old rounds are dropped, those that came near are kept
    /// in full.
    ///
    /// @param pinnedRounds older rounds that a lock or a proposal refers to
    void moveTo(int round, Set<Integer> pinnedRounds) {
        current = round;
        pinned = Set.copyOf(pinnedRounds);
        rounds.keySet().removeIf(kept -> !keeps(kept));
        for (int validator = 0; validator < beyond.length; validator++) {
            CountedVote vote = beyond[validator];
            if (vote != null && vote.round() <= round + 1) {
                beyond[validator] = null;
                if (keeps(vote.round())) {
                    count(vote);
                }
            }
        }
    }

    /// Lets a second vote for this block count in this round and type.
    void track(VoteType type, int round, BlockId value) {
        if (keeps(round)) {
            tallyFor(type, round).track(value);
        }
    }

    boolean keeps(int round) {
        boolean near = round >= current - pastRounds && round <= current + 1;
        return near || pinned.contains(round);
    }

    boolean hasQuorum(VoteType type, int round, Optional<BlockId> value) {
        return tally(type, round).map(found -> found.hasQuorum(value)).orElse(false);
    }

    boolean hasQuorumForAny(VoteType type, int round) {
        return tally(type, round).map(VoteTally::hasQuorumForAny).orElse(false);
    }

    /// The blocks that a round's precommits decide, by round.
    List<RoundMachine.Verdict<BlockId>> decisions() {
        List<RoundMachine.Verdict<BlockId>> verdicts = new ArrayList<>();
        rounds.forEach((round, tallies) -> Optional.ofNullable(tallies.get(VoteType.PRECOMMIT))
                .flatMap(VoteTally::quorumBlock)
                .ifPresent(block -> verdicts.add(new RoundMachine.Verdict<>(block, round))));
        return verdicts;
    }

    /// The highest round above this one that more than a third have reached.
    Optional<Integer> roundToSkipTo(int round) {
        int[] reached = new int[powers.length];
        Arrays.fill(reached, RoundMachine.NO_ROUND);
        rounds.tailMap(round, false).forEach((later, tallies) -> tallies.values()
                .forEach(tally -> raise(reached, later, tally)));
        for (int validator = 0; validator < powers.length; validator++) {
            CountedVote vote = beyond[validator];
            reached[validator] = Math.max(reached[validator], vote == null ? -1 : vote.round());
        }
        return Arrays.stream(reached).filter(later -> later > round).boxed()
                .filter(later -> quorum.holdsOneHonest(powerAtOrBeyond(reached, later)))
                .max(Integer::compare);
    }

    /// True when validators with more than a third of the power have voted in this height.
    boolean holdsOneHonest() {
        long power = 0;
        for (int validator = 0; validator < powers.length; validator++) {
            power += hasVoted(validator) ? powers[validator] : 0;
        }
        return quorum.holdsOneHonest(power);
    }

    /// The votes of one type and round; empty when there were none.
    Optional<VoteTally> tally(VoteType type, int round) {
        return Optional.ofNullable(rounds.get(round))
                .flatMap(tallies -> Optional.ofNullable(tallies.get(type)));
    }

    /// Whether a validator is known to have voted at this round and step or later.
    boolean hasVotedSince(int validator, int round, int step) {
        return rounds.tailMap(round, true).entrySet().stream()
                .anyMatch(entry -> entry.getValue().entrySet().stream().filter(
                        tally -> entry.getKey() > round || tally.getKey().step().number() >= step)
                        .anyMatch(tally -> tally.getValue().of(validator).isPresent()));
    }

    /// All votes held, by round and type, and of rounds beyond.
    List<CountedVote> all() {
        List<CountedVote> votes = new ArrayList<>();
        rounds.values()
                .forEach(tallies -> tallies.values().forEach(tally -> votes.addAll(tally.all())));
        for (CountedVote vote : beyond) {
            if (vote != null) {
                votes.add(vote);
            }
        }
        return votes;
    }

    /// All votes held, for the size of memory: bounded by rounds kept × 2 types × validators.
    int roundsHeld() {
        return rounds.size();
    }

    private boolean hasVoted(int validator) {
        return beyond[validator] != null
                || rounds.values().stream().flatMap(tallies -> tallies.values().stream())
                        .anyMatch(tally -> tally.of(validator).isPresent());
    }

    private static void raise(int[] reached, int round, VoteTally tally) {
        for (int validator = 0; validator < reached.length; validator++) {
            if (tally.of(validator).isPresent()) {
                reached[validator] = Math.max(reached[validator], round);
            }
        }
    }

    private long powerAtOrBeyond(int[] reached, int round) {
        long power = 0;
        for (int validator = 0; validator < powers.length; validator++) {
            power += reached[validator] >= round ? powers[validator] : 0;
        }
        return power;
    }

    private Outcome count(CountedVote vote) {
        VoteTally tally = tallyFor(vote.type(), vote.round());
        return switch (tally.add(vote)) {
            case ADDED -> new Outcome.Added();
            case DUPLICATE, CONFLICT_AGAIN -> new Outcome.Known();
            case CONFLICT ->
                new Outcome.Equivocated(tally.of(vote.validator()).orElseThrow(), vote);
        };
    }

    private Outcome remember(CountedVote vote) {
        CountedVote latest = beyond[vote.validator()];
        if (latest != null && latest.round() == vote.round() && latest.type() == vote.type()
                && !latest.value().equals(vote.value())) {
            return new Outcome.Equivocated(latest, vote);
        }
        if (!isNews(vote)) {
            return new Outcome.Known();
        }
        beyond[vote.validator()] = vote;
        return new Outcome.Added();
    }

    /// Later than what is remembered of the voter, or a contradiction of exactly that.
    private boolean isNews(CountedVote vote) {
        CountedVote latest = beyond[vote.validator()];
        if (latest == null || vote.round() > latest.round()) {
            return true;
        }
        boolean later = vote.type().compareTo(latest.type()) > 0;
        boolean other = vote.type() == latest.type() && !vote.value().equals(latest.value());
        return vote.round() == latest.round() && (later || other);
    }

    private VoteTally tallyFor(VoteType type, int round) {
        return rounds.computeIfAbsent(round, _ -> new EnumMap<>(VoteType.class))
                .computeIfAbsent(type, _ -> new VoteTally(powers, quorum));
    }
}
