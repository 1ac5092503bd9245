package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class SparseMerkleTreeTest {
    @Test
    void theEmptyTreeHashesToZeroAndOneEntryToItsLeaf() {
        assertThat(SparseMerkleTree.EMPTY.root()).isEqualTo(Hash.ZERO);
        Hash key = Samples.hash("key");
        ByteString value = ByteString.copyFromUtf8("value");
        assertThat(SparseMerkleTree.EMPTY.put(key, value).root())
                .isEqualTo(SparseMerkleTree.leafHash(key, SparseMerkleTree.valueHash(value)));
    }

    @Seeds(count = 100)
    void behavesLikeAMapWhateverTheOrder(Generator generator) {
        Map<Hash, ByteString> map = new TreeMap<>();
        SparseMerkleTree tree = SparseMerkleTree.EMPTY;
        List<Hash> keys = keys(generator);
        for (int step = 0; step < 150; step++) {
            Hash key = generator.pick(keys);
            if (generator.chance(0.3)) {
                tree = tree.remove(key);
                map.remove(key);
            } else {
                ByteString value = ByteString.copyFrom(generator.bytes(0, 10));
                tree = tree.put(key, value);
                map.put(key, value);
            }
            assertThat(tree.get(key)).isEqualTo(Optional.ofNullable(map.get(key)));
        }
        assertThat(tree.size()).isEqualTo(map.size());
        SparseMerkleTree again = SparseMerkleTree.EMPTY;
        for (Hash key : generator.shuffled(List.copyOf(map.keySet()))) {
            again = again.put(key, map.getOrDefault(key, ByteString.EMPTY));
        }
        assertThat(again.root()).isEqualTo(tree.root());
        List<Hash> visited = new ArrayList<>();
        tree.forEach((key, value) -> {
            visited.add(key);
            assertThat(value).isEqualTo(map.get(key));
        });
        assertThat(visited).isEqualTo(List.copyOf(map.keySet()));
    }

    @Seeds(count = 100)
    void provesPresenceAndAbsenceAndNeverTheContrary(Generator generator) {
        List<Hash> keys = keys(generator);
        SparseMerkleTree tree = SparseMerkleTree.EMPTY;
        for (Hash key : generator.sample(keys, generator.evenly(0, keys.size()))) {
            tree = tree.put(key, key.bytes().substring(0, 5));
        }
        Hash root = tree.root();
        for (Hash key : keys) {
            SparseMerkleProof proof = tree.prove(key);
            ByteString value = key.bytes().substring(0, 5);
            boolean there = tree.get(key).isPresent();
            assertThat(proof.provesPresence(root, key, value)).isEqualTo(there);
            assertThat(proof.provesAbsence(root, key)).isEqualTo(!there);
            assertThat(proof.provesPresence(root, key, ByteString.EMPTY)).isFalse();
            assertThat(proof.provesPresence(Samples.hash("root"), key, value)).isFalse();
            assertThat(proof.provesAbsence(Samples.hash("root"), key)).isFalse();
            assertThat(SparseMerkleProof.parse(proof.toBytes())).hasValue(proof);
            for (Hash other : keys) {
                if (!tree.get(other).equals(Optional.empty())) {
                    assertThat(proof.provesAbsence(root, other)).isFalse();
                }
            }
        }
    }

    @Seeds(count = 100)
    void aChangedProofProvesNothing(Generator generator) {
        SparseMerkleTree tree = SparseMerkleTree.EMPTY;
        List<Hash> keys = keys(generator);
        for (Hash key : keys) {
            tree = tree.put(key, key.bytes());
        }
        Hash root = tree.root();
        Hash key = generator.pick(keys);
        ByteString encoded = tree.prove(key).toBytes();
        byte[] changed = encoded.toByteArray();
        changed[generator.evenly(0, changed.length - 1)] ^= (byte) (1 << generator.evenly(0, 7));
        SparseMerkleProof.parse(ByteString.copyFrom(changed)).ifPresent(proof -> {
            assertThat(proof.provesPresence(root, key, key.bytes())).isFalse();
            assertThat(proof.provesAbsence(root, key)).isFalse();
        });
        assertThat(SparseMerkleProof.parse(encoded.substring(1))).isEmpty();
        assertThat(SparseMerkleProof.parse(encoded.concat(ByteString.copyFrom(new byte[1]))))
                .isEmpty();
    }

    @Seeds(count = 200)
    void refusesGarbageQuietly(Generator generator) {
        SparseMerkleProof.parse(ByteString.copyFrom(generator.bytes(0, 400)));
        assertThat(SparseMerkleProof
                .parse(ByteString.copyFrom(new byte[SparseMerkleProof.MAXIMUM_SIZE + 1])))
                .isEmpty();
    }

    @Test
    void keysThatDifferInTheLastBitOnlyAreToldApart() {
        Hash one = Hash.ZERO;
        byte[] last = new byte[32];
        last[31] = 1;
        Hash two = new Hash(ByteString.copyFrom(last));
        SparseMerkleTree tree = SparseMerkleTree.EMPTY.put(one, ByteString.copyFromUtf8("1"));
        Hash rootOfOne = tree.root();
        tree = tree.put(two, ByteString.copyFromUtf8("2"));
        assertThat(tree.prove(two).siblings()).hasSize(256);
        assertThat(tree.prove(two).provesPresence(tree.root(), two, ByteString.copyFromUtf8("2")))
                .isTrue();
        assertThat(SparseMerkleProof.parse(tree.prove(two).toBytes())).hasValue(tree.prove(two));
        assertThat(tree.remove(two).root()).isEqualTo(rootOfOne);
    }

    /// Keys that share long prefixes as often as not.
    private static List<Hash> keys(Generator generator) {
        return generator.list(1, 40, it -> {
            byte[] bytes = new byte[32];
            int from = it.evenly(0, 31);
            System.arraycopy(it.bytes(32 - from), 0, bytes, from, 32 - from);
            return new Hash(ByteString.copyFrom(bytes));
        }).stream().distinct().toList();
    }
}
