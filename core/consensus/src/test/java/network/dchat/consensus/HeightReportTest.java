package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class HeightReportTest {
    private static final long NOW = TestChain.GENESIS_MILLIS + 1_000;
    private static final ByteString HASH = ByteString.copyFrom(new byte[32]);

    private final TestChain chain = TestChain.ofFour();
    private final Consensus consensus = Consensus.recover(
            new ConsensusSettings(Optional.empty(), Timeouts.local(), ConsensusLimits.defaults()),
            chain.begin(),
            SignGuard.fresh(chain.begin().chainId(), chain.consensusKey(0).publicKey()), List.of());
    private int given;

    @Test
    void tellsWhoVotedWhat() {
        assertThat(consensus.report()).isEqualTo(new HeightReport(1, 0, 0, -1, -1, List.of()));
        give(0, SignedMsgType.PREVOTE, Optional.empty());
        give(0, SignedMsgType.PREVOTE, Optional.of(HASH));
        give(1, SignedMsgType.PREVOTE, Optional.empty());
        HeightReport report = consensus.report();
        assertThat(report.rounds()).hasSize(2);
        assertThat(report.rounds().get(0).prevotes()).extracting(HeightReport.Cast::blockHash)
                .containsExactlyInAnyOrder(Optional.empty(), Optional.of(HASH));
        assertThat(report.rounds().get(0).precommits()).isEmpty();
        assertThat(report.rounds().get(0).proposal()).isEmpty();
        assertThat(report.rounds().get(1).round()).isEqualTo(1);
        assertThat(report.rounds().get(1).prevotes()).hasSize(1);
    }

    private void give(int round, SignedMsgType type, Optional<ByteString> block) {
        int voter = given++;
        ByteString address = chain.begin().validators().address(voter).bytes();
        Vote.Builder vote = Vote.newBuilder().setType(type).setHeight(1).setRound(round)
                .setTimestamp(WireForm.timestamp(NOW)).setValidatorIndex(voter)
                .setValidatorAddress(address);
        block.ifPresent(hash -> vote.setBlockId(BlockId.newBuilder().setHash(hash)
                .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1).setHash(hash))));
        ByteString bytes = CanonicalBytes.voteSignBytes(chain.begin().chainId(), vote.build());
        vote.setSignature(
                chain.consensusKey(chain.addresses().indexOf(address)).sign(bytes).bytes());
        consensus.apply(new Input.Received(chain.peer(voter),
                List.of(WireForm.message(vote.build())), NOW));
    }
}
