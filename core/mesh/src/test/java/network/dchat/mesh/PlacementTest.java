package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final PlacementKey KEY = PlacementKey.of(Keys.ADDRESS, ObjectName.HISTORY);

    @Test
    void keyAndSeatsAreTaggedHashes() throws NoSuchAlgorithmException {
        PeerId node = Keys.storageNodes(1).getFirst().peer();
        Hash block = Hash.of("17".repeat(32));

        assertThat(KEY.value().hex()).isEqualTo(
                sha256("dchat/place/1", Keys.ADDRESS.bytes(), ByteString.copyFromUtf8("history")));
        assertThat(Seat.of(node, block).value().hex())
                .isEqualTo(sha256("dchat/seat/1", node.toBytes(), block.bytes()));
        assertThat(Seat.ofGenesis(node, Keys.NETWORK).value().hex())
                .isEqualTo(sha256("dchat/seat/1", node.toBytes(), Keys.NETWORK.bytes()));
    }

    @Seeds(count = 50)
    void picksTheFifteenClosestSeatsWhateverTheOrder(Generator random) {
        List<StorageNode> nodes = Keys.storageNodes(random.evenly(15, 40));
        Placement placement = Placement.of(KEY, random.shuffled(nodes), ErasureScheme.TEN_FIVE);

        assertThat(placement.holders()).hasSize(15).doesNotHaveDuplicates();
        assertThat(placement.doubledUp()).isFalse();
        Hash farthest = distance(nodes, placement.holders().getLast());
        for (StorageNode node : nodes) {
            if (!placement.holders().contains(node.peer())) {
                assertThat(node.seat().distance(KEY)).isGreaterThan(farthest);
            }
        }
        assertThat(placement.spares()).hasSize(Math.min(5, nodes.size() - 15))
                .doesNotContainAnyElementsOf(placement.holders());
        assertThat(Placement.of(KEY, nodes, ErasureScheme.TEN_FIVE)).isEqualTo(placement);
    }

    @Test
    void withFewerNodesEachHoldsAtMostItsShareRoundedUp() {
        for (int count = 1; count <= 15; count++) {
            Placement placement = Placement.of(KEY, Keys.storageNodes(count),
                    ErasureScheme.TEN_FIVE);
            int most = (15 + count - 1) / count;

            assertThat(placement.holders()).hasSize(15);
            assertThat(placement.mostPerNode()).isEqualTo(most);
            assertThat(placement.doubledUp()).isEqualTo(count < 15);
            assertThat(placement.nodes()).hasSize(count)
                    .allMatch(node -> placement.indexesOf(node).size() <= most);
        }
    }

    @Test
    void withoutNodesThereIsNoPlacement() {
        Placement placement = Placement.of(KEY, List.of(), ErasureScheme.TEN_FIVE);

        assertThat(placement.holders()).isEmpty();
        assertThat(placement.mostPerNode()).isZero();
        assertThat(placement.doubledUp()).isFalse();
    }

    @Test
    void picksEachOperatorOnceWhereThereAreEnough() {
        List<StorageNode> nodes = withOperators(number -> "operator" + number % 15);

        List<PeerId> holders = Placement.of(KEY, nodes, ErasureScheme.TEN_FIVE).holders();

        Set<String> operators = Set.copyOf(nodes.stream()
                .filter(node -> holders.contains(node.peer())).map(StorageNode::operator).toList());
        assertThat(operators).hasSize(15);
    }

    @Test
    void picksTheClosestWhereOperatorsAreTooFew() {
        List<StorageNode> nodes = withOperators(number -> "operator" + number % 14);

        assertThat(Placement.of(KEY, nodes, ErasureScheme.TEN_FIVE).holders()).isEqualTo(
                Placement.of(KEY, Keys.storageNodes(30), ErasureScheme.TEN_FIVE).holders());
    }

    @Test
    void placementsAreSpreadOverAllNodes() {
        List<StorageNode> nodes = Keys.storageNodes(40);
        int[] load = new int[40];
        for (int collection = 0; collection < 400; collection++) {
            Placement placement = Placement.of(PlacementKey.of(Keys.ADDRESS, "c" + collection),
                    nodes, ErasureScheme.TEN_FIVE);
            for (int node = 0; node < 40; node++) {
                load[node] += placement.indexesOf(nodes.get(node).peer()).size();
            }
        }
        // On average 150 each.
        assertThat(IntStream.of(load)).allMatch(shards -> shards > 15 && shards < 500);
    }

    private static List<StorageNode> withOperators(IntFunction<String> named) {
        List<StorageNode> nodes = new ArrayList<>(IntStream.range(0, 30).mapToObj(number -> {
            StorageNode node = Keys.storageNodes(30).get(number);
            return new StorageNode(node.peer(), node.seat(), named.apply(number));
        }).toList());
        Collections.shuffle(nodes, new Random(1));
        return nodes;
    }

    private static Hash distance(List<StorageNode> nodes, PeerId peer) {
        return nodes.stream().filter(node -> node.peer().equals(peer)).findFirst().orElseThrow()
                .seat().distance(KEY);
    }

    private static String sha256(String tag, ByteString... parts) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(tag.getBytes(StandardCharsets.UTF_8));
        for (ByteString part : parts) {
            digest.update(part.toByteArray());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
