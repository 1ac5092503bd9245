package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import network.dchat.identity.GenesisIdentity;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.Nodes;
import network.dchat.surrogate.Town;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user whose validators are all replaced, again and again, while the node runs and while it is
/// off.
class ChangingValidatorsTest {
    private static final String CHAIN_ID = GenesisIdentity.of(Town.genesis()).chainId();

    @TempDir
    private Path directory;

    @Test
    void positionsAndProofsHoldWhoeverTheValidatorsAre() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            RunningNode annasNode = nodes.user("anna", settings);
            ClientNode anna = Nodes.client(annasNode);
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.town().blocks(0);
            String first = Nodes.send(anna, bert, "One");
            nodes.await(anna, first, ConversationRow::hasPosition);
            for (int reign = 0; reign < 3; reign++) {
                nodes.town().replaceValidators(CHAIN_ID, 5);
                String id = Nodes.send(anna, bert, "Online " + reign);
                isProven(anna, nodes.await(anna, id, ConversationRow::hasPosition));
                nodes.await(bert, id, ConversationRow::hasPosition);
            }
            assertThat(nodes.town().lightBlockRequests()).isPositive();

            nodes.stop(annasNode);
            for (int reign = 0; reign < 20; reign++) {
                nodes.town().replaceValidators(CHAIN_ID, 3);
            }
            annasNode = nodes.user("anna", settings);
            assertThat(annasNode.context().getBean(FollowedChain.class).trusted().height())
                    .as("kept across the restart").isGreaterThan(10);
            ClientNode back = Nodes.client(annasNode);
            nodes.awaitReady(back);
            String last = Nodes.send(back, bert, "Back");
            ConversationRow row = nodes.await(back, last, ConversationRow::hasPosition);
            assertThat(isProven(back, row)).isGreaterThan(20);
            assertThat(isProven(back, back.message(first).orElseThrow())).isZero();
            nodes.await(back, Nodes.send(bert, back, "Reply"), ConversationRow::hasPosition);
        }
    }

    /// Verifies the proof with nothing but the genesis; says how many light blocks it carries.
    private static int isProven(ClientNode client, ConversationRow row) throws Exception {
        PortableProof proof = client.proof(row).orElseThrow();
        OrderProof order = proof.getOrder();
        assertThat(TrustedChain
                .of(Town.genesis()).extend(proof.getLightBlocksList()).then(chain -> chain
                        .verify(order.getLightBlock(), order.getTransaction(), order.getPath()))
                .refusal()).isEmpty();
        return proof.getLightBlocksCount();
    }
}
