package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.consensus.VoteKeeper.Outcome;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class VoteKeeperTest {
    private static final Optional<BlockId> A = block("a");
    private static final Optional<BlockId> B = block("b");
    private static final Optional<BlockId> C = block("c");
    private static final Optional<BlockId> NIL = Optional.empty();
    private static final int PAST_ROUNDS = 2;

    private final VoteKeeper keeper = keeper(1, 1, 1, 1);

    @Test
    void needsMoreThanTwoThirds() {
        prevote(0, 0, A);
        prevote(0, 1, A);
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, A)).isFalse();
        prevote(0, 2, B);
        assertThat(keeper.hasQuorumForAny(VoteType.PREVOTE, 0)).isTrue();
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, A)).isFalse();
        prevote(0, 3, A);
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, A)).isTrue();
    }

    @Test
    void exactlyTwoThirdsAreTooFew() {
        VoteKeeper three = keeper(1, 1, 1);
        three.add(vote(VoteType.PRECOMMIT, 0, 0, A));
        three.add(vote(VoteType.PRECOMMIT, 0, 1, A));
        assertThat(three.decisions()).isEmpty();
        three.add(vote(VoteType.PRECOMMIT, 0, 2, A));
        assertThat(three.decisions())
                .containsExactly(new RoundMachine.Verdict<>(A.orElseThrow(), 0));
    }

    @Test
    void countsByWeight() {
        VoteKeeper weighted = keeper(7, 1, 1, 1);
        weighted.add(vote(VoteType.PREVOTE, 0, 0, NIL));
        assertThat(weighted.hasQuorum(VoteType.PREVOTE, 0, NIL)).isTrue();
    }

    @Test
    void countsTheFirstVoteAndTellsOfTheSecondOnce() {
        CountedVote first = vote(VoteType.PREVOTE, 0, 0, A);
        CountedVote second = vote(VoteType.PREVOTE, 0, 0, B);
        assertThat(keeper.add(first)).isEqualTo(new Outcome.Added());
        assertThat(keeper.add(first)).isEqualTo(new Outcome.Known());
        assertThat(keeper.isWanted(second)).isTrue();
        assertThat(keeper.add(second)).isEqualTo(new Outcome.Equivocated(first, second));
        assertThat(keeper.isWanted(vote(VoteType.PREVOTE, 0, 0, C))).isFalse();
        prevote(0, 1, B);
        prevote(0, 2, B);
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, B)).isFalse();
        assertThat(keeper.tally(VoteType.PREVOTE, 0).orElseThrow().of(0)).contains(first);
    }

    @Test
    void countsASecondVoteForATrackedBlockSoThatNobodyMissesAPolka() {
        keeper.track(VoteType.PREVOTE, 0, B.orElseThrow());
        prevote(0, 0, A);
        prevote(0, 0, C);
        prevote(0, 1, B);
        prevote(0, 2, B);
        assertThat(keeper.isWanted(vote(VoteType.PREVOTE, 0, 0, B))).isTrue();
        assertThat(keeper.add(vote(VoteType.PREVOTE, 0, 0, B))).isEqualTo(new Outcome.Known());
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, B)).isTrue();
        assertThat(keeper.isWanted(vote(VoteType.PREVOTE, 0, 0, B))).isFalse();
        VoteTally tally = keeper.tally(VoteType.PREVOTE, 0).orElseThrow();
        assertThat(tally.bits(B.orElseThrow()).byteAt(0)).isEqualTo((byte) 0b0111);
        assertThat(tally.missing(ByteString.EMPTY, B)).hasSize(3);
    }

    @Test
    void tracksAFewBlocksOnly() {
        prevote(0, 0, A);
        for (int block = 0; block <= VoteTally.TRACKED; block++) {
            Optional<BlockId> value = block("tracked " + block);
            keeper.track(VoteType.PREVOTE, 0, value.orElseThrow());
            prevote(0, 0, value);
        }
        prevote(0, 1, block("tracked 0"));
        prevote(0, 2, block("tracked 0"));
        assertThat(keeper.hasQuorum(VoteType.PREVOTE, 0, block("tracked 0"))).isFalse();
        prevote(0, 1, block("tracked 1"));
        VoteTally tally = keeper.tally(VoteType.PREVOTE, 0).orElseThrow();
        assertThat(tally.of(0, block("tracked 0"))).isEmpty();
        assertThat(tally.of(0, block("tracked 1"))).isPresent();
    }

    @Test
    void keepsOneVoteEachBeyondTheNextRound() {
        prevote(1_000_000, 0, A);
        prevote(500, 0, A);
        for (int round = 2; round < 200; round++) {
            prevote(round, 1, A);
        }
        assertThat(keeper.roundsHeld()).isZero();
        assertThat(keeper.isWanted(vote(VoteType.PREVOTE, 700, 0, A))).isFalse();
        assertThat(keeper.isWanted(vote(VoteType.PREVOTE, 1_000_001, 0, A))).isTrue();
    }

    @Test
    void skipsToWhereMoreThanAThirdHaveBeen() {
        prevote(9, 0, A);
        assertThat(keeper.roundToSkipTo(0)).isEmpty();
        prevote(5, 1, NIL);
        assertThat(keeper.roundToSkipTo(0)).contains(5);
        prevote(7, 2, NIL);
        assertThat(keeper.roundToSkipTo(0)).contains(7);
        keeper.moveTo(7, Set.of());
        assertThat(keeper.tally(VoteType.PREVOTE, 7).orElseThrow().of(2)).isPresent();
        assertThat(keeper.roundToSkipTo(7)).isEmpty();
    }

    @Test
    void dropsOldRoundsExceptPinnedOnes() {
        for (int round = 0; round < 6; round++) {
            keeper.moveTo(round, Set.of(1));
            prevote(round, 0, A);
        }
        assertThat(keeper.tally(VoteType.PREVOTE, 0)).isEmpty();
        assertThat(keeper.tally(VoteType.PREVOTE, 1)).isPresent();
        assertThat(keeper.tally(VoteType.PREVOTE, 2)).isEmpty();
        assertThat(keeper.tally(VoteType.PREVOTE, 3)).isPresent();
        assertThat(keeper.add(vote(VoteType.PREVOTE, 0, 1, A))).isEqualTo(new Outcome.TooOld());
        assertThat(keeper.roundsHeld()).isEqualTo(4);
    }

    private void prevote(int round, int validator, Optional<BlockId> value) {
        keeper.add(vote(VoteType.PREVOTE, round, validator, value));
    }

    private static CountedVote vote(VoteType type, int round, int validator,
            Optional<BlockId> value) {
        return new CountedVote(type, round, validator, value, Vote.newBuilder().setType(type.wire())
                .setRound(round).setValidatorIndex(validator).build());
    }

    private static VoteKeeper keeper(long... powers) {
        List<Validator> validators = new java.util.ArrayList<>();
        for (int index = 0; index < powers.length; index++) {
            SigningKey key = SigningKey
                    .fromSeed(Sha256.of(ByteString.copyFromUtf8("key " + index)).bytes());
            validators.add(new Validator(key.publicKey(), powers[index]));
        }
        ValidatorSet set = ValidatorSet.of(validators);
        return new VoteKeeper(java.util.Arrays.stream(powers).boxed().toList(), Quorum.of(set),
                PAST_ROUNDS);
    }

    private static Optional<BlockId> block(String name) {
        ByteString hash = Sha256.of(ByteString.copyFromUtf8(name)).bytes();
        return Optional.of(BlockId.newBuilder().setHash(hash)
                .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1).setHash(hash)).build());
    }
}
