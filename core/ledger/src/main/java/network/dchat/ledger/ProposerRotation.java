package network.dchat.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;

/// Whose turn it is to propose: weighted round robin in integers, turn for turn as CometBFT v0.38.
///
/// Each turn everyone gains its power as priority; the one with the highest priority (of equals,
/// the one with the lower address) proposes and loses the power of all. Who joins begins so far
/// behind that leaving and joining again is never worth a turn. Immutable.
public final class ProposerRotation {
    /// Priorities may lie apart by this many times the total power before they are scaled down.
    private static final int WINDOW_FACTOR = 2;

    /// A validator's share in the rotation.
    ///
    /// @param address the validator's address
    /// @param power its voting power, at least 1
    /// @param priority its priority now
    public record Turn(ValidatorAddress address, long power, long priority) {
        /// Refuses a power that is not positive.
        public Turn {
            if (power < 1) {
                throw new IllegalArgumentException("power: " + power + " (expected: 1 or more)");
            }
        }

        Turn with(long newPriority) {
            return new Turn(address, power, newPriority);
        }
    }

    private final List<Turn> turns;
    private final int proposer;

    private ProposerRotation(List<Turn> turns, int proposer) {
        this.turns = turns;
        this.proposer = proposer;
    }

    /// The rotation of a first height: all priorities 0, then one turn.
    public static ProposerRotation begin(ValidatorSet set) {
        List<Turn> turns = new ArrayList<>(set.size());
        for (int index = 0; index < set.size(); index++) {
            turns.add(new Turn(set.address(index), set.get(index).power(), 0));
        }
        return of(turns, 0).advance(1);
    }

    /// The rotation as it was saved.
    ///
    /// @param turns all validators with their priorities, in the order of the set
    /// @param proposer index of the one whose turn it is
    public static ProposerRotation of(List<Turn> turns, int proposer) {
        if (turns.isEmpty() || proposer < 0 || proposer >= turns.size()) {
            throw new IllegalArgumentException("proposer: " + proposer + " of " + turns.size()
                    + " validators (expected: one of 1 or more)");
        }
        if (total(turns) > LedgerLimits.MAXIMUM_TOTAL_POWER) {
            throw new IllegalArgumentException(
                    "total power: over " + LedgerLimits.MAXIMUM_TOTAL_POWER);
        }
        return new ProposerRotation(List.copyOf(turns), proposer);
    }

    /// The rotation that [#describe] told.
    ///
    /// @throws IllegalArgumentException when it is none
    static ProposerRotation parse(ValidatorSetProto told) {
        List<Turn> turns = new ArrayList<>(told.getValidatorsCount());
        int proposer = -1;
        for (ValidatorProto each : told.getValidatorsList()) {
            if (each.getAddress().equals(told.getProposer().getAddress())) {
                proposer = turns.size();
            }
            turns.add(new Turn(new ValidatorAddress(each.getAddress()), each.getVotingPower(),
                    each.getProposerPriority()));
        }
        return of(turns, proposer);
    }

    /// The rotation some turns later.
    ///
    /// @param count 1 or more
    public ProposerRotation advance(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("turns: " + count + " (expected: 1 or more)");
        }
        long total = total(turns);
        List<Turn> next = center(rescale(turns, Math.multiplyExact(WINDOW_FACTOR, total)));
        int chosen = proposer;
        for (int turn = 0; turn < count; turn++) {
            next.replaceAll(each -> each.with(addClipped(each.priority(), each.power())));
            chosen = highest(next);
            Turn taken = next.get(chosen);
            next.set(chosen, taken.with(addClipped(taken.priority(), -total)));
        }
        return new ProposerRotation(List.copyOf(next), chosen);
    }

    /// The rotation of the next height where this set takes over: who stays keeps its priority, who
    /// joins starts at 1.125 times all power below zero, and a turn is taken.
    public ProposerRotation changeTo(ValidatorSet set) {
        Map<ValidatorAddress, Turn> known = new HashMap<>();
        turns.forEach(turn -> known.put(turn.address(), turn));
        long power = set.totalPower();
        for (Turn turn : turns) {
            power += set.index(turn.address()).isEmpty() ? turn.power() : 0;
        }
        long start = -(power + (power >> 3));
        List<Turn> changed = new ArrayList<>(set.size());
        for (int index = 0; index < set.size(); index++) {
            Turn before = known.get(set.address(index));
            changed.add(new Turn(set.address(index), set.get(index).power(),
                    before == null ? start : before.priority()));
        }
        long widest = Math.multiplyExact(WINDOW_FACTOR, set.totalPower());
        return of(center(rescale(changed, widest)), 0).advance(1);
    }

    /// Index of the validator whose turn it is, in the order of the set.
    public int proposer() {
        return proposer;
    }

    /// All validators with their priorities, in the order of the set.
    public List<Turn> turns() {
        return turns;
    }

    /// The set with these priorities and this proposer, as CometBFT tells it.
    public ValidatorSetProto describe(ValidatorSet set) {
        ValidatorSetProto.Builder proto = set.toProto().toBuilder();
        for (int index = 0; index < turns.size(); index++) {
            ValidatorProto.Builder validator = proto.getValidatorsBuilder(index);
            validator.setProposerPriority(turns.get(index).priority());
        }
        return proto.setProposer(proto.getValidators(proposer)).build();
    }

    private static List<Turn> rescale(List<Turn> turns, long widest) {
        long highest = turns.stream().mapToLong(Turn::priority).max().orElseThrow();
        long lowest = turns.stream().mapToLong(Turn::priority).min().orElseThrow();
        long spread = Math.subtractExact(highest, lowest);
        if (spread <= widest) {
            return turns;
        }
        long ratio = Math.ceilDiv(spread, widest);
        return turns.stream().map(turn -> turn.with(turn.priority() / ratio)).toList();
    }

    private static List<Turn> center(List<Turn> turns) {
        long mean = mean(turns);
        List<Turn> centered = new ArrayList<>(turns);
        if (mean != 0) {
            centered.replaceAll(turn -> turn.with(addClipped(turn.priority(), -mean)));
        }
        return centered;
    }

    /// The mean of all priorities, rounded down.
    private static long mean(List<Turn> turns) {
        long sum = 0;
        try {
            for (Turn turn : turns) {
                sum = Math.addExact(sum, turn.priority());
            }
            return Math.floorDiv(sum, turns.size());
        } catch (ArithmeticException large) {
            BigInteger[] parts = turns.stream().map(turn -> BigInteger.valueOf(turn.priority()))
                    .reduce(BigInteger.ZERO, BigInteger::add)
                    .divideAndRemainder(BigInteger.valueOf(turns.size()));
            return parts[0].longValueExact() - (parts[1].signum() < 0 ? 1 : 0);
        }
    }

    private static int highest(List<Turn> turns) {
        int best = 0;
        for (int index = 1; index < turns.size(); index++) {
            Turn turn = turns.get(index);
            Turn leader = turns.get(best);
            boolean first = turn.address().compareTo(leader.address()) < 0;
            if (turn.priority() > leader.priority()
                    || (first && turn.priority() == leader.priority())) {
                best = index;
            }
        }
        return best;
    }

    private static long total(List<Turn> turns) {
        long total = 0;
        for (Turn turn : turns) {
            total = Math.addExact(total, turn.power());
        }
        return total;
    }

    private static long addClipped(long left, long right) {
        try {
            return Math.addExact(left, right);
        } catch (ArithmeticException overflow) {
            return right > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }
}
