package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import network.dchat.identity.Octets;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class CanonicalBytesTest {
    @Test
    void votesSignTheKnownAnswers() {
        Vote vote = Vote.newBuilder().setHeight(1).setRound(1).build();
        assertThat(hex("", Vote.getDefaultInstance())).isEqualTo("0d2a0b088092b8c398feffffff01");
        assertThat(hex("", vote.toBuilder().setType(SignedMsgType.PRECOMMIT).build()))
                .isEqualTo("2108021101000000000000001901000000000000002a0b088092b8c398feffffff01");
        assertThat(hex("", vote.toBuilder().setType(SignedMsgType.PREVOTE).build()))
                .isEqualTo("2108011101000000000000001901000000000000002a0b088092b8c398feffffff01");
        assertThat(hex("test_chain_id", vote))
                .isEqualTo("2e1101000000000000001901000000000000002a0b"
                        + "088092b8c398feffffff01320d746573745f636861696e5f6964");
    }

    @Test
    void aVoteForABlockNamesItWhateverItsFormOnTheWire() {
        BlockId full = BlockId.newBuilder().setHash(Samples.hash("block").bytes())
                .setPartSetHeader(PartSetHeader.getDefaultInstance()).build();
        BlockId sparse = BlockId.newBuilder().setHash(Samples.hash("block").bytes()).build();
        String signed = hex("c", Vote.newBuilder().setBlockId(full).build());
        assertThat(hex("c", Vote.newBuilder().setBlockId(sparse).build())).isEqualTo(signed);
        assertThat(signed).contains("2224" + "0a20" + Samples.hash("block").hex() + "1200");
    }

    @Test
    void theZeroBlockIdIsLeftOut() {
        Vote nil = Vote.newBuilder()
                .setBlockId(
                        BlockId.newBuilder().setPartSetHeader(PartSetHeader.getDefaultInstance()))
                .build();
        assertThat(hex("", nil)).isEqualTo(hex("", Vote.getDefaultInstance()));
    }

    @Test
    void aProposalSignsItsValidRoundAsALong() {
        Proposal proposal = Proposal.newBuilder().setHeight(1).setRound(2).setPolRound(-1)
                .setTimestamp(Samples.time(1_000)).build();
        assertThat(Octets.hex(CanonicalBytes.proposalSignBytes("c", proposal)))
                .isEqualTo("260820" + "110100000000000000" + "190200000000000000"
                        + "20ffffffffffffffffff01" + "32020801" + "3a0163");
    }

    private static String hex(String chainId, Vote vote) {
        return Octets.hex(CanonicalBytes.voteSignBytes(chainId, vote));
    }
}
