package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.MerkleProof;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    @Test
    void hashesTheKnownAnswers() {
        assertThat(MerkleTree.root(List.of()).hex())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(MerkleTree.leafHash(ByteString.EMPTY).hex())
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(MerkleTree.root(List.of(ByteString.copyFromUtf8("L123456"))).hex())
                .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    }

    @Test
    void everyPathOfEveryTreeLeadsToItsRoot() {
        for (int size = 1; size <= 70; size++) {
            List<ByteString> leaves = leaves(size);
            Hash root = MerkleTree.root(leaves);
            List<MerkleProof> proofs = MerkleTree.proveAll(leaves);
            for (int index = 0; index < size; index++) {
                MerkleProof proof = MerkleTree.prove(leaves, index);
                assertThat(proofs.get(index)).isEqualTo(proof);
                assertThat(MerkleTree.verify(root, leaves.get(index), proof)).isTrue();
                assertThat(MerkleTree.verify(root, ByteString.copyFromUtf8("other"), proof))
                        .isFalse();
            }
        }
    }

    @Seeds(count = 100)
    void aChangedPathLeadsElsewhere(Generator generator) {
        int size = generator.between(1, 200);
        List<ByteString> leaves = leaves(size);
        int index = generator.evenly(0, size - 1);
        Hash root = MerkleTree.root(leaves);
        MerkleProof proof = MerkleTree.prove(leaves, index);
        ByteString leaf = leaves.get(index);
        for (int aunt = 0; aunt < proof.getAuntsCount(); aunt++) {
            MerkleProof.Builder changed = proof.toBuilder();
            changed.setAunts(aunt, Samples.hash("changed").bytes());
            assertThat(MerkleTree.verify(root, leaf, changed.build())).isFalse();
            changed.setAunts(aunt, proof.getAunts(aunt).substring(1));
            assertThat(MerkleTree.verify(root, leaf, changed.build())).isFalse();
        }
        assertThat(MerkleTree.verify(root, leaf, proof.toBuilder().addAunts(root.bytes()).build()))
                .isFalse();
        assertThat(MerkleTree.verify(root, leaf,
                proof.toBuilder().setLeafHash(Samples.hash("changed").bytes()).build())).isFalse();
        assertThat(MerkleTree.verify(root, leaf, proof.toBuilder().setIndex(size).build()))
                .isFalse();
        assertThat(MerkleTree.verify(root, leaf, proof.toBuilder().setIndex(-1).build())).isFalse();
        assertThat(MerkleTree.verify(root, leaf, proof.toBuilder().setTotal(0).build())).isFalse();
        assertThat(MerkleTree.verify(root, leaf, proof.toBuilder().setTotal(-1).build())).isFalse();
    }

    @Test
    void takesPathsOfThirtyTwoHashesAndNoLongerOnes() {
        Hash leaf = Samples.hash("leaf");
        List<ByteString> aunts = Collections.nCopies(32, leaf.bytes());
        assertThat(MerkleTree.rootOf(1L << 32, 0, leaf, aunts)).isPresent();
        assertThat(
                MerkleTree.rootOf((1L << 32) + 1, 0, leaf, Collections.nCopies(33, leaf.bytes())))
                .isEmpty();
        assertThat(
                MerkleTree.rootOf(Long.MAX_VALUE, 0, leaf, Collections.nCopies(63, leaf.bytes())))
                .isEmpty();
    }

    @Test
    void refusesToProveALeafThatIsNotThere() {
        assertThatThrownBy(() -> MerkleTree.prove(leaves(3), 3))
                .hasMessage("index: 3 (expected: 0 to 2)");
    }

    private static List<ByteString> leaves(int size) {
        List<ByteString> leaves = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            leaves.add(ByteString.copyFromUtf8("leaf " + index));
        }
        return leaves;
    }
}
