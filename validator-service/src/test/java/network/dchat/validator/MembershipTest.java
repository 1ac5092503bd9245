package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.node.KeyFile;
import network.dchat.validator.exchange.Membership;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A fifth validator that comes and goes by stake.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembershipTest {
    private static final int FIFTH = 4;
    private static final long STAKE = 10;

    private ValidatorFleet fleet;

    @BeforeAll
    void startFour(@TempDir Path directory) throws IOException {
        fleet = new ValidatorFleet(directory, FIFTH, 1, 0, Map.of());
        fleet.startAll();
        ValidatorFleet.await("a block", () -> fleet.height(0) >= 1);
    }

    @AfterAll
    void stopAll() throws IOException {
        fleet.close();
    }

    @Test
    void joinsByStakeAndLeavesAgain() throws Exception {
        fleet.start(FIFTH);
        ValidatorFleet.await("it follows",
                () -> fleet.height(FIFTH) >= fleet.height(0) - 1 && fleet.height(FIFTH) >= 2);
        assertThat(membership(FIFTH).isMember()).isFalse();
        assertThat(node(FIFTH).reachable()).isZero();
        SigningKey owner = fleet.nodeKey(FIFTH);
        SigningKey consensus = KeyFile.loadOrCreate(fleet.data(FIFTH).resolve("consensus.key"));
        submit(Transactions.stake(fleet.network(), owner, 1, STAKE, consensus));
        ValidatorFleet.await("it is a validator everywhere", () -> allHave(5, 4));
        ValidatorFleet.await("it signs", () -> hasSigned(consensus.publicKey()));
        assertThat(membership(FIFTH).isMember()).isTrue();
        assertThat(state(0).validators().totalPower()).isEqualTo(50);
        submit(Transactions.unstake(fleet.network(), owner, 2, STAKE));
        ValidatorFleet.await("it is none any more", () -> !membership(FIFTH).isMember());
        ValidatorFleet.await("its streams are closed", () -> node(FIFTH).reachable() == 0);
        ValidatorFleet.await("others keep theirs", () -> node(0).reachable() == 3);
        long left = fleet.height(0);
        ValidatorFleet.await("it follows on", () -> fleet.height(FIFTH) >= left + 2);
        assertThat(state(0).validators().totalPower()).isEqualTo(40);
        assertThat(hasSigned(consensus.publicKey())).isFalse();
    }

    /// Whether every node knows so many validators and has streams to so many others.
    private boolean allHave(int validators, int others) {
        for (int index = 0; index <= FIFTH; index++) {
            if (state(index).validators().size() != validators
                    || node(index).reachable() != others) {
                return false;
            }
        }
        return true;
    }

    private boolean hasSigned(PublicKey key) {
        ByteString address = ValidatorAddress.of(key).bytes();
        return fleet.view(0).latest().block().orElseThrow().getCommit().getSignaturesList().stream()
                .anyMatch(entry -> entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT
                        && entry.getValidatorAddress().equals(address));
    }

    private void submit(Transaction transaction) throws IOException {
        var result = ChainGrpc
                .newBlockingStub(fleet.node(1).context().getBean(PeerChannels.class)
                        .channelTo(fleet.node(0).peerId()).channel())
                .submit(SubmitTransactionsRequest.newBuilder()
                        .addTransactions(transaction.encoded()).build())
                .getResults(0);
        assertThat(result.hasRejection()).as(result.toString()).isFalse();
    }

    private ChainState state(int index) {
        return fleet.view(index).latest().chain().state();
    }

    private ValidatorNode node(int index) {
        return fleet.node(index).context().getBean(ValidatorNode.class);
    }

    private Membership membership(int index) {
        return fleet.node(index).context().getBean(Membership.class);
    }
}
