package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.LightClientAttackEvidence;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

/// Blocks with evidence, and the sets of validators that follow from them.
class EvidenceBlockTest {
    private final TestChain test = TestChain.ofFour();
    private final Chain one = decide(test.begin(), List.of()).chain();

    @Test
    void whoVotedTwiceIsGoneTwoHeightsLater() {
        DuplicateVoteEvidence evidence = evidence(one);
        Decision two = decide(one, List.of(evidence));
        assertThat(two.block().getBlock().getEvidence().getEvidence(0).getDuplicateVoteEvidence())
                .isEqualTo(evidence);
        assertThat(two.chain().validators().size()).isEqualTo(4);
        Decision three = decide(two.chain(), List.of(evidence));
        assertThat(three.block().getBlock().getEvidence().getEvidenceCount()).isZero();
        assertThat(three.block().getBlock().getHeader().getNextValidatorsHash())
                .isEqualTo(three.chain().validators().hash().bytes());
        assertThat(three.chain().validators().size()).isEqualTo(3);
        assertThat(three.block().getValidators().getValidatorsCount()).isEqualTo(4);
        Decision four = decide(three.chain(), List.of());
        assertThat(four.block().getBlock().getHeader().getValidatorsHash())
                .isEqualTo(three.chain().validators().hash().bytes());
        assertThat(four.block().getBlock().getLastCommit().getSignaturesCount()).isEqualTo(4);
        assertThat(four.block().getValidators().getValidatorsCount()).isEqualTo(3);
        Decision five = decide(four.chain(), List.of());
        assertThat(five.block().getBlock().getLastCommit().getSignaturesCount()).isEqualTo(3);
        Chain restored = test.begin().restore(four.chain().state().toBytes(), four.block());
        assertThat(restored.describeValidators()).isEqualTo(four.chain().describeValidators());
        assertThat(restored.after(five.block()).state().root())
                .isEqualTo(five.chain().state().root());
    }

    @Test
    void evidenceThatIsNoneMakesTheBlockInvalid() {
        DuplicateVoteEvidence good = evidence(one);
        assertThat(rules(one).fault(with(duplicate(good)))).isEmpty();
        assertThat(rules(one).fault(with(duplicate(good), duplicate(good)))).isPresent();
        assertThat(
                rules(one).fault(with(duplicate(good.toBuilder().setTotalVotingPower(5).build()))))
                .isPresent();
        assertThat(
                rules(one).fault(with(Evidence.newBuilder()
                        .setLightClientAttackEvidence(
                                LightClientAttackEvidence.getDefaultInstance())
                        .build())))
                .get().asString().contains("unknown kind");
        assertThat(rules(one).fault(with(Evidence.getDefaultInstance()))).isPresent();
        Block block = with(duplicate(good));
        Block hidden = block.toBuilder().setEvidence(EvidenceList.getDefaultInstance()).build();
        assertThat(rules(one).fault(hidden)).get().asString().contains("evidence hash");
        assertThatThrownBy(() -> one.after(CommittedBlock.newBuilder()
                .setBlock(with(duplicate(good), duplicate(good))).build()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Evidence duplicate(DuplicateVoteEvidence evidence) {
        return Evidence.newBuilder().setDuplicateVoteEvidence(evidence).build();
    }

    /// The block of height 2 with this evidence, whatever it is.
    private Block with(Evidence... evidence) {
        EvidenceList list = EvidenceList.newBuilder().addAllEvidence(List.of(evidence)).build();
        Block block = build(one, List.of());
        return block.toBuilder().setEvidence(list).setHeader(
                block.getHeader().toBuilder().setEvidenceHash(Blocks.evidenceHash(list).bytes()))
                .build();
    }

    private static Block build(Chain chain, List<DuplicateVoteEvidence> evidence) {
        return chain.build(List.of(), evidence, Optional.empty(), chain.validators().address(0));
    }

    private static BlockRules rules(Chain chain) {
        return chain.next(Optional.empty(),
                HeightParts.standard(Timeouts.local(), ConsensusLimits.defaults()),
                BlockJudge.Known.NOTHING).rules();
    }

    private Decision decide(Chain chain, List<DuplicateVoteEvidence> evidence) {
        Block block = build(chain, evidence);
        BlockRules rules = rules(chain);
        assertThat(rules.fault(block)).isEmpty();
        CommittedBlock fetched = CommittedBlock.newBuilder().setBlock(block)
                .setCommit(commit(chain, block)).build();
        return chain.verify(fetched, Optional.empty(), rules).orElseThrow();
    }

    private Commit commit(Chain chain, Block block) {
        ValidatorSet set = chain.validators();
        Timestamp time = WireForm.timestamp(WireForm.millis(block.getHeader().getTime()) + 1_000);
        Commit.Builder commit = Commit.newBuilder().setHeight(chain.height() + 1)
                .setBlockId(Blocks.blockId(block));
        for (int index = 0; index < set.size(); index++) {
            commit.addSignatures(
                    CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setValidatorAddress(set.address(index).bytes()).setTimestamp(time));
        }
        for (int index = 0; index < set.size(); index++) {
            commit.getSignaturesBuilder(index).setSignature(
                    sign(chain, set.address(index), CommitVerifier.vote(commit.build(), index)));
        }
        return commit.build();
    }

    /// Evidence against the first validator, of height 1.
    private DuplicateVoteEvidence evidence(Chain chain) {
        ValidatorSet set = chain.state().validatorsAt(1).orElseThrow();
        List<Vote> votes = Stream.of("one", "two")
                .map(name -> Sha256.of(ByteString.copyFromUtf8(name))).sorted()
                .map(hash -> Vote.newBuilder().setType(SignedMsgType.PREVOTE).setHeight(1)
                        .setTimestamp(chain.state().blockTimeAt(1).orElseThrow())
                        .setValidatorAddress(set.address(0).bytes()).setBlockId(id(hash)).build())
                .map(vote -> vote.toBuilder().setSignature(sign(chain, set.address(0), vote))
                        .build())
                .toList();
        return DuplicateVoteEvidence.newBuilder().setVoteA(votes.getFirst())
                .setVoteB(votes.getLast()).setTotalVotingPower(4).setValidatorPower(1)
                .setTimestamp(chain.state().blockTimeAt(1).orElseThrow()).build();
    }

    private static BlockId id(Hash hash) {
        return BlockId.newBuilder().setHash(hash.bytes())
                .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1).setHash(hash.bytes()))
                .build();
    }

    private ByteString sign(Chain chain, ValidatorAddress address, Vote vote) {
        SigningKey key = IntStream.range(0, 4).mapToObj(test::consensusKey)
                .filter(each -> ValidatorAddress.of(each.publicKey()).equals(address)).findFirst()
                .orElseThrow();
        return key.sign(CanonicalBytes.voteSignBytes(chain.chainId(), vote)).bytes();
    }
}
