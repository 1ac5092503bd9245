package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private ChainState state = blocks(ChainState.genesis(Samples.genesis()), 3);

    @Test
    void twoVotesOfOneStepAreEvidence() {
        for (int validator = 1; validator <= 4; validator++) {
            assertThat(state.evidenceFault(evidence(state, validator, 2))).isEmpty();
        }
        assertThat(state.evidenceFault(evidence(state, 1, 1))).isEmpty();
        assertThat(state.evidenceFault(evidence(state, 1, 3))).isEmpty();
    }

    @Test
    void aVoteForNothingAndOneForABlockAreEvidence() {
        DuplicateVoteEvidence.Builder evidence = evidence(state, 1, 2).toBuilder();
        evidence.setVoteA(signed(state.chainId(),
                evidence.getVoteA().toBuilder().setBlockId(BlockId.getDefaultInstance()).build(),
                1));
        assertThat(state.evidenceFault(evidence.build())).isEmpty();
    }

    @Test
    void anyFieldBentMakesItNone() {
        DuplicateVoteEvidence good = evidence(state, 1, 2);
        int seen = 0;
        for (Message each : Mutations.of(good)) {
            assertThat(state.evidenceFault((DuplicateVoteEvidence) each)).as(each.toString())
                    .isPresent();
            seen++;
        }
        assertThat(seen).isGreaterThan(20);
        for (boolean first : List.of(true, false)) {
            Vote vote = first ? good.getVoteA() : good.getVoteB();
            for (Vote bent : List.of(vote.toBuilder().setHeight(1).build(),
                    vote.toBuilder().setRound(1).build(), vote.toBuilder().setRound(-1).build(),
                    vote.toBuilder().setType(SignedMsgType.PREVOTE).build(),
                    vote.toBuilder().setType(SignedMsgType.PROPOSAL).build(),
                    vote.toBuilder().setValidatorIndex(vote.getValidatorIndex() ^ 1).build(),
                    vote.toBuilder().setExtension(ByteString.copyFromUtf8("x")).build(),
                    vote.toBuilder().setExtensionSignature(vote.getSignature()).build(),
                    vote.toBuilder()
                            .setBlockId(BlockId.newBuilder().setHash(vote.getBlockId().getHash()))
                            .build())) {
                Vote again = signed(state.chainId(), bent, 1);
                DuplicateVoteEvidence evidence = first
                        ? good.toBuilder().setVoteA(again).build()
                        : good.toBuilder().setVoteB(again).build();
                assertThat(state.evidenceFault(evidence)).as(bent.toString()).isPresent();
            }
        }
        assertThat(state.evidenceFault(
                good.toBuilder().setVoteA(good.getVoteB()).setVoteB(good.getVoteA()).build()))
                .isPresent();
        assertThat(state.evidenceFault(good.toBuilder().setVoteB(good.getVoteA()).build()))
                .isPresent();
        assertThat(state.evidenceFault(DuplicateVoteEvidence.getDefaultInstance())).isPresent();
    }

    @Test
    void evidenceOfTheNextBlockOrOfOneTooOldIsNone() {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.getParametersBuilder().setEvidenceMaxAgeBlocks(300);
        ChainState young = blocks(ChainState.genesis(genesis.build()), 299);
        assertThat(young.evidenceFault(evidence(young, 1, 300))).isPresent();
        DuplicateVoteEvidence first = votes(young, 1, 1, "v");
        assertThat(young.evidenceFault(first)).isEmpty();
        ChainState older = blocks(young, 1);
        assertThat(older.evidenceFault(first)).isEmpty();
        assertThat(blocks(older, 1).evidenceFault(first)).isPresent();
    }

    @Test
    void oldPagesAndSetsAreForgottenAndTheRestIsTheSameAfterARestart() {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.getParametersBuilder().setEvidenceMaxAgeBlocks(10);
        ChainState begin = ChainState.genesis(genesis.build());
        ChainState now = blocks(begin, 255);
        long before = now.tree().size();
        now = blocks(now, 700);
        assertThat(now.tree().size()).isLessThanOrEqualTo(before + 1);
        ChainState loaded = ChainState.fromBytes(now.toBytes());
        for (long height = 940; height <= 957; height++) {
            assertThat(loaded.blockTimeAt(height)).isEqualTo(now.blockTimeAt(height));
            assertThat(loaded.validatorsAt(height)).isEqualTo(now.validatorsAt(height));
            assertThat(now.blockTimeAt(height).isPresent()).isEqualTo(height > 945 && height < 956);
        }
        assertThat(blocks(loaded, 400).root()).isEqualTo(blocks(now, 400).root());
    }

    @Test
    void whoVotedTwiceIsSlashedJailedAndOutOfTheSetTwoHeightsLater() {
        SigningKey guilty = Samples.key("consensus1");
        ChainState after = applied(state, List.of(evidence(state, 1, 2)));
        ValidatorAddress address = ValidatorAddress.of(guilty.publicKey());
        assertThat(after.account(Samples.address("validator1")).stake()).isEqualTo(9);
        assertThat(after.supply().getBurnt()).isEqualTo(1);
        assertThat(after.validators().size()).isEqualTo(4);
        assertThat(after.nextValidators().size()).isEqualTo(3);
        assertThat(after.nextValidators().index(address)).isEmpty();
        assertThat(after.rotation().turns()).hasSize(4);
        assertThat(after.nextRotation().turns()).hasSize(3);
        ChainState next = blocks(after, 1);
        assertThat(next.validators()).isEqualTo(after.nextValidators());
        assertThat(next.lastValidators()).isEqualTo(after.validators());
        assertThat(blocks(next, 1).lastValidators()).isEqualTo(next.validators());
        assertThat(blocks(next, 1).validatorsAt(5)).hasValue(after.validators());
        assertThat(blocks(next, 1).validatorsAt(6)).hasValue(next.validators());
    }

    @Test
    void aKeyIsPunishedOnce() {
        ChainState after = applied(state, List.of(evidence(state, 1, 2)));
        assertThat(after.evidenceFault(votes(after, 1, 3, "w"))).get().asString()
                .contains("punished already");
        assertThat(after.evidenceFault(votes(after, 2, 3, "w"))).isEmpty();
        ChainState loaded = ChainState.fromBytes(after.toBytes());
        assertThat(loaded.evidenceFault(votes(after, 1, 3, "w"))).isPresent();
    }

    @Test
    void aBlockHoldsOneAccusationAValidator() {
        DuplicateVoteEvidence first = votes(state, 1, 2, "v");
        DuplicateVoteEvidence second = votes(state, 1, 3, "w");
        DuplicateVoteEvidence other = votes(state, 2, 3, "w");
        DuplicateVoteEvidence bad = other.toBuilder().setValidatorPower(11).build();
        assertThat(state.selectEvidence(List.of(bad, first, second, other))).containsExactly(first,
                other);
        assertThat(refusal(state, List.of(first, second))).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(state, List.of(bad))).isEqualTo(RejectionCode.INVALID);
        assertThat(applied(state, List.of(first, other)).nextValidators().size()).isEqualTo(2);
    }

    @Test
    void noPunishmentLeavesTheChainWithoutValidators() {
        List<DuplicateVoteEvidence> all = List.of(votes(state, 1, 2, "v"), votes(state, 2, 2, "v"),
                votes(state, 3, 2, "v"), votes(state, 4, 2, "v"));
        ChainState after = applied(state, all);
        assertThat(after.nextValidators()).isEqualTo(state.validators());
        assertThat(after.supply().getBurnt()).isEqualTo(4);
        assertThat(after.selectEvidence(all)).isEmpty();
    }

    @Test
    void aRotationIsTheSameAfterARestartAtAnyHeight() {
        ChainState now = applied(state, List.of(evidence(state, 2, 2)));
        for (int block = 0; block < 4; block++) {
            ChainState loaded = ChainState.fromBytes(now.toBytes());
            assertThat(loaded.rotation().turns()).isEqualTo(now.rotation().turns());
            assertThat(loaded.rotation().proposer()).isEqualTo(now.rotation().proposer());
            assertThat(loaded.nextRotation().turns()).isEqualTo(now.nextRotation().turns());
            assertThat(loaded.lastValidators()).isEqualTo(now.lastValidators());
            now = blocks(now, 1);
        }
        now = blocks(now, (int) ValidatorTimeline.ANCHOR_BLOCKS);
        ChainState loaded = ChainState.fromBytes(now.toBytes());
        assertThat(loaded.rotation().turns()).isEqualTo(now.rotation().turns());
        assertThat(blocks(loaded, 2).root()).isEqualTo(blocks(now, 2).root());
    }

    private static DuplicateVoteEvidence evidence(ChainState state, int validator, long height) {
        return votes(state, validator, height, "v");
    }

    private static DuplicateVoteEvidence votes(ChainState state, int validator, long height,
            String name) {
        ValidatorAddress address = ValidatorAddress
                .of(Samples.key("consensus" + validator).publicKey());
        Vote base = Vote.newBuilder().setType(SignedMsgType.PRECOMMIT).setHeight(height).setRound(0)
                .setTimestamp(Samples.time(Samples.GENESIS_MILLIS))
                .setValidatorAddress(address.bytes())
                .setValidatorIndex(Math.max(0, state.validators().index(address).orElse(0)))
                .build();
        List<Vote> votes = java.util.stream.Stream.of(name + 1, name + 2).map(Samples::hash)
                .sorted().map(hash -> signed(state.chainId(),
                        base.toBuilder().setBlockId(id(hash)).build(), validator))
                .toList();
        return DuplicateVoteEvidence.newBuilder().setVoteA(votes.get(0)).setVoteB(votes.get(1))
                .setTotalVotingPower(40).setValidatorPower(10)
                .setTimestamp(BlockFacts.plain(height, Hash.ZERO).time()).build();
    }

    private static BlockId id(Hash hash) {
        return BlockId.newBuilder().setHash(hash.bytes()).setPartSetHeader(
                PartSetHeader.newBuilder().setTotal(1).setHash(Samples.hash("parts").bytes()))
                .build();
    }

    private static Vote signed(String chainId, Vote vote, int validator) {
        return vote.toBuilder().setSignature(Samples.key("consensus" + validator)
                .sign(CanonicalBytes.voteSignBytes(chainId, vote)).bytes()).build();
    }

    private static ChainState blocks(ChainState from, int count) {
        ChainState state = from;
        for (int block = 0; block < count; block++) {
            state = applied(state, List.of());
        }
        return state;
    }

    private static ChainState applied(ChainState state, List<DuplicateVoteEvidence> evidence) {
        return ((BlockOutcome.Applied) apply(state, evidence)).state();
    }

    private static RejectionCode refusal(ChainState state, List<DuplicateVoteEvidence> evidence) {
        return ((BlockOutcome.Refused) apply(state, evidence)).rejection().code();
    }

    private static BlockOutcome apply(ChainState state, List<DuplicateVoteEvidence> evidence) {
        BlockFacts plain = BlockFacts.plain(state.height() + 1, Samples.hash("block"));
        return state.applyVerified(new BlockFacts(plain.height(), plain.hash(), plain.time(),
                Commit.getDefaultInstance(), evidence), List.of());
    }
}
