package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import network.dchat.ledger.CommitVerdict.Fault;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.PartSetHeader;
import org.junit.jupiter.api.Test;

class CommitVerifierTest {
    private final TestChain chain = new TestChain(Samples.genesis());
    private final BlockId id = BlockId.newBuilder().setHash(Samples.hash("block").bytes())
            .setPartSetHeader(
                    PartSetHeader.newBuilder().setTotal(1).setHash(Samples.hash("parts").bytes()))
            .build();
    private final Commit commit = chain.commit(id, 7);

    @Test
    void acceptsACommitByAll() {
        assertThat(verify(commit)).isEqualTo(new CommitVerdict.Accepted(40));
    }

    @Test
    void acceptsThreeOfFourAndRefusesTwo() {
        Commit.Builder three = commit.toBuilder().setSignatures(2, absent());
        assertThat(verify(three.build())).isEqualTo(new CommitVerdict.Accepted(30));
        assertFault(three.setSignatures(0, absent()).build(), Fault.TOO_LITTLE_POWER);
    }

    @Test
    void aSignedVoteForNilDoesNotCountButIsChecked() {
        Commit.Builder one = commit.toBuilder();
        one.getSignaturesBuilder(1).setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_NIL);
        assertFault(one.build(), Fault.BAD_SIGNATURE);
        chain.sign(one, 1);
        assertThat(verify(one.build())).isEqualTo(new CommitVerdict.Accepted(30));
        one.getSignaturesBuilder(3).setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_NIL);
        chain.sign(one, 3);
        assertFault(one.build(), Fault.TOO_LITTLE_POWER);
    }

    @Test
    void refusesEveryChangeOfAnyField() {
        for (Commit changed : Mutations.of(commit)) {
            assertThat(verify(changed)).as(changed.toString())
                    .isInstanceOf(CommitVerdict.Refused.class);
        }
    }

    @Test
    void refusesAnAbsentEntryWithContent() {
        assertFault(commit.toBuilder()
                .setSignatures(0, absent().toBuilder().setValidatorAddress(id.getHash())).build(),
                Fault.BAD_ENTRY);
    }

    @Test
    void refusesCommitsOfAnotherChainHeightBlockOrSet() {
        ValidatorSet set = chain.state().validators();
        assertThat(CommitVerifier.verify("other", set, 7, id, commit))
                .isInstanceOf(CommitVerdict.Refused.class);
        assertThat(CommitVerifier.verify(chain.state().chainId(), set, 8, id, commit))
                .isInstanceOf(CommitVerdict.Refused.class);
        BlockId other = id.toBuilder().setHash(Samples.hash("other").bytes()).build();
        assertThat(CommitVerifier.verify(chain.state().chainId(), set, 7, other, commit))
                .isInstanceOf(CommitVerdict.Refused.class);
        ValidatorSet fewer = ValidatorSet.of(set.validators().subList(0, 3));
        assertThat(CommitVerifier.verify(chain.state().chainId(), fewer, 7, id, commit))
                .isInstanceOf(CommitVerdict.Refused.class);
    }

    @Test
    void refusesACommitForNothing() {
        BlockId nil = BlockId.getDefaultInstance();
        assertThat(CommitVerifier.verify(chain.state().chainId(), chain.state().validators(), 7,
                nil, commit.toBuilder().setBlockId(nil).build()))
                .isInstanceOf(CommitVerdict.Refused.class);
    }

    private void assertFault(Commit changed, Fault fault) {
        assertThat(verify(changed)).isInstanceOfSatisfying(CommitVerdict.Refused.class,
                refused -> assertThat(refused.fault()).isEqualTo(fault));
    }

    private CommitVerdict verify(Commit changed) {
        return CommitVerifier.verify(chain.state().chainId(), chain.state().validators(), 7, id,
                changed);
    }

    private static CommitSig absent() {
        return CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT).build();
    }
}
