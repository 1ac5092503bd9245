package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Proposal;

/// Who proposed and voted what in a height, for people who ask why it takes so long. Immutable.
///
/// @param height the height
/// @param round the round at hand
/// @param step its step: 0 before the height has begun, then as [Step] numbers them
/// @param lockedRound the round of the lock; -1 without one
/// @param validRound the round of the latest polka; -1 without one
/// @param rounds all rounds of which something is held, in order
public record HeightReport(long height, int round, int step, int lockedRound, int validRound,
        List<Round> rounds) {
    /// Copies the list.
    public HeightReport {
        rounds = List.copyOf(rounds);
    }

    /// One round.
    ///
    /// @param proposal empty while none came
    public record Round(int round, Optional<Proposed> proposal, List<Cast> prevotes,
            List<Cast> precommits) {
        /// Copies the lists.
        public Round {
            prevotes = List.copyOf(prevotes);
            precommits = List.copyOf(precommits);
        }
    }

    /// A proposal.
    ///
    /// @param blockHash of the proposed block
    /// @param polRound the round of the polka to which it refers; -1 without one
    /// @param parts how many the block has
    /// @param present how many of them came
    public record Proposed(ByteString blockHash, int polRound, int parts, int present) {}

    /// A vote.
    ///
    /// @param validator index of the voter in the set that votes on the height
    /// @param blockHash empty = nil
    public record Cast(int validator, Optional<ByteString> blockHash) {}

    static HeightReport of(HeightDriver driver) {
        List<Round> rounds = new ArrayList<>();
        for (int number : numbers(driver)) {
            Round round = new Round(number,
                    driver.proposalOf(number).map(found -> proposed(driver, found)),
                    votes(driver, VoteType.PREVOTE, number),
                    votes(driver, VoteType.PRECOMMIT, number));
            if (round.proposal().isPresent() || !round.prevotes().isEmpty()
                    || !round.precommits().isEmpty()) {
                rounds.add(round);
            }
        }
        return new HeightReport(driver.height(), driver.currentRound(),
                driver.isStarted() ? driver.machine().step().number() : 0,
                driver.machine().lockedRound(), driver.machine().validRound(), rounds);
    }

    /// The rounds of which votes may be held in full.
    private static TreeSet<Integer> numbers(HeightDriver driver) {
        int current = driver.currentRound();
        TreeSet<Integer> numbers = new TreeSet<>();
        int past = driver.context().parts().limits().pastRounds();
        for (int round = Math.max(0, current - past); round <= current + 1; round++) {
            numbers.add(round);
            driver.proposalOf(round).map(Proposal::getPolRound).ifPresent(numbers::add);
        }
        numbers.add(driver.machine().lockedRound());
        numbers.add(driver.machine().validRound());
        return new TreeSet<>(numbers.tailSet(0, true));
    }

    private static Proposed proposed(HeightDriver driver, Proposal proposal) {
        BlockId id = proposal.getBlockId();
        int total = id.getPartSetHeader().getTotal();
        ByteString held = driver.candidates().present(id);
        int present = 0;
        for (int index = 0; index < Math.min(total, 8 * held.size()); index++) {
            present += BitArray.isSet(held, index) ? 1 : 0;
        }
        return new Proposed(id.getHash(), proposal.getPolRound(), total, present);
    }

    private static List<Cast> votes(HeightDriver driver, VoteType type, int round) {
        List<Cast> votes = new ArrayList<>();
        driver.keeper().tally(type, round).ifPresent(
                tally -> tally.missing(ByteString.EMPTY, Optional.empty()).forEach(vote -> votes
                        .add(new Cast(vote.validator(), vote.value().map(BlockId::getHash)))));
        return votes;
    }
}
