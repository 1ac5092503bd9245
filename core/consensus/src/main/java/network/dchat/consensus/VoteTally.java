package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.wire.v1.BlockId;
import org.jspecify.annotations.Nullable;

/// The votes of one type in one round.
///
/// The first vote of a validator counts. A second one for another block is equivocation; it
/// counts for its own block too, but only where that block is *tracked*, as the paper's sets of
/// messages would: otherwise one who equivocates could keep an honest validator from ever seeing
/// a polka that all others saw. At most [#TRACKED] blocks are tracked, the oldest gives way.
final class VoteTally {
    static final int TRACKED = 4;

    /// What became of a vote.
    enum Outcome {
        /// Counted.
        ADDED,
        /// Was there already.
        DUPLICATE,
        /// The voter voted otherwise before; the first vote stands.
        CONFLICT,
        /// The same, and it was known already that the voter contradicts itself.
        CONFLICT_AGAIN
    }

    private final long[] powers;
    private final Quorum quorum;
    private final @Nullable CountedVote[] first;
    private final boolean[] equivocated;
    private final Map<Optional<BlockId>, Long> powerByValue = new LinkedHashMap<>();
    private final Map<BlockId, @Nullable CountedVote[]> tracked = new LinkedHashMap<>();
    private long power;

    VoteTally(long[] powers, Quorum quorum) {
        this.powers = powers;
        this.quorum = quorum;
        this.first = new @Nullable CountedVote[powers.length];
        this.equivocated = new boolean[powers.length];
    }

    /// What would become of the vote; changes nothing, so that it can be asked before the signature
    /// is verified.
    Outcome lookup(CountedVote vote) {
        CountedVote counted = first[vote.validator()];
        if (counted == null) {
            return Outcome.ADDED;
        }
        if (counted.value().equals(vote.value()) || trackedVote(vote).isPresent()) {
            return Outcome.DUPLICATE;
        }
        return equivocated[vote.validator()] && !isTracked(vote)
                ? Outcome.CONFLICT_AGAIN
                : Outcome.CONFLICT;
    }

    /// Counts a vote whose signature was verified.
    Outcome add(CountedVote vote) {
        Outcome outcome = lookup(vote);
        int voter = vote.validator();
        switch (outcome) {
            case ADDED -> {
                first[voter] = vote;
                power += powers[voter];
                powerByValue.merge(vote.value(), powers[voter], Long::sum);
            }
            case CONFLICT -> {
                boolean known = equivocated[voter];
                equivocated[voter] = true;
                countTracked(vote);
                outcome = known ? Outcome.CONFLICT_AGAIN : Outcome.CONFLICT;
            }
            case DUPLICATE, CONFLICT_AGAIN -> {
            }
        }
        return outcome;
    }

    /// Lets second votes for this block count from now on.
    void track(BlockId value) {
        if (tracked.containsKey(value)) {
            return;
        }
        if (tracked.size() == TRACKED) {
            forgetTracked(tracked.keySet().iterator().next());
        }
        tracked.put(value, new @Nullable CountedVote[powers.length]);
    }

    boolean hasQuorum(Optional<BlockId> value) {
        return quorum.isReachedBy(powerByValue.getOrDefault(value, 0L));
    }

    boolean hasQuorumForAny() {
        return quorum.isReachedBy(power);
    }

    /// The block, if any, that more than two thirds voted for. With fewer than a third of
    /// traitors there is at most one.
    Optional<BlockId> quorumBlock() {
        return powerByValue.keySet().stream().filter(Optional::isPresent).filter(this::hasQuorum)
                .findFirst().flatMap(value -> value);
    }

    /// The first vote of a validator.
    Optional<CountedVote> of(int validator) {
        return Optional.ofNullable(first[validator]);
    }

    /// A validator's vote for this value, first or second.
    Optional<CountedVote> of(int validator, Optional<BlockId> value) {
        return of(validator).filter(vote -> vote.value().equals(value))
                .or(() -> value.flatMap(block -> Optional.ofNullable(tracked.get(block)))
                        .flatMap(votes -> Optional.ofNullable(votes[validator])));
    }

    /// Who voted: bit i of byte i/8 stands for validator i.
    ByteString bits() {
        return BitArray.of(powers.length, validator -> first[validator] != null);
    }

    /// Who voted for this block.
    ByteString bits(BlockId value) {
        return BitArray.of(powers.length,
                validator -> of(validator, Optional.of(value)).isPresent());
    }

    /// The votes of those whose bit is not set, all or only those for one block.
    List<CountedVote> missing(ByteString bits, Optional<BlockId> only) {
        List<CountedVote> votes = new ArrayList<>();
        for (int validator = 0; validator < powers.length; validator++) {
            if (!BitArray.isSet(bits, validator)) {
                int voter = validator;
                Optional<CountedVote> vote = only.isPresent() ? of(voter, only) : of(voter);
                vote.ifPresent(votes::add);
            }
        }
        return votes;
    }

    /// All votes held, second ones included.
    List<CountedVote> all() {
        List<CountedVote> votes = new ArrayList<>(missing(ByteString.EMPTY, Optional.empty()));
        for (@Nullable
        CountedVote[] second : tracked.values()) {
            for (CountedVote vote : second) {
                if (vote != null) {
                    votes.add(vote);
                }
            }
        }
        return votes;
    }

    boolean isEmpty() {
        return power == 0;
    }

    private boolean isTracked(CountedVote vote) {
        return vote.value().map(tracked::containsKey).orElse(false);
    }

    private Optional<CountedVote> trackedVote(CountedVote vote) {
        return vote.value().flatMap(block -> Optional.ofNullable(tracked.get(block)))
                .flatMap(votes -> Optional.ofNullable(votes[vote.validator()]));
    }

    private void countTracked(CountedVote vote) {
        vote.value().flatMap(block -> Optional.ofNullable(tracked.get(block))).ifPresent(votes -> {
            votes[vote.validator()] = vote;
            powerByValue.merge(vote.value(), powers[vote.validator()], Long::sum);
        });
    }

    private void forgetTracked(BlockId value) {
        @Nullable
        CountedVote[] votes = tracked.remove(value);
        for (int validator = 0; validator < powers.length; validator++) {
            if (votes != null && votes[validator] != null) {
                powerByValue.merge(Optional.of(value), -powers[validator], Long::sum);
            }
        }
    }
}
