package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class AuditDrawTest {
    private static final Hash ROOT = Samples.hash("root");

    @Seeds(count = 50)
    void drawsEightDifferentLeavesInOrderOrAllWhereThereAreFewer(Generator generator) {
        Hash block = new Hash(com.google.protobuf.ByteString.copyFrom(generator.bytes(32)));
        int count = generator.evenly(1, 1024);
        List<Integer> leaves = AuditDraw.leaves(ROOT, block, count);
        assertThat(leaves).isSorted().hasSize(Math.min(8, count));
        assertThat(new HashSet<>(leaves)).hasSameSizeAs(leaves);
        assertThat(leaves).allMatch(leaf -> leaf >= 0 && leaf < count);
        assertThat(AuditDraw.leaves(ROOT, block, count)).isEqualTo(leaves);
        if (count <= 8) {
            assertThat(leaves).isEqualTo(IntStream.range(0, count).boxed().toList());
        }
    }

    /// Chi-squared with 99 degrees of freedom lies below 149 in 999 of 1,000 fair draws; the draw
    /// is without replacement, which makes it smaller.
    @Test
    void drawsEachLeafAsOftenAsAnyOther() {
        int[] counts = new int[100];
        int runs = 5_000;
        for (int run = 0; run < runs; run++) {
            AuditDraw.leaves(ROOT, Samples.hash("block " + run), counts.length)
                    .forEach(leaf -> counts[leaf]++);
        }
        double expected = runs * 8.0 / counts.length;
        double chiSquared = 0;
        for (int count : counts) {
            chiSquared += (count - expected) * (count - expected) / expected;
        }
        assertThat(chiSquared).isLessThan(149);
    }

    @Test
    void dependsOnRootAndBlock() {
        List<Integer> leaves = AuditDraw.leaves(ROOT, Samples.hash("block"), 1024);
        assertThat(AuditDraw.leaves(ROOT, Samples.hash("other"), 1024)).isNotEqualTo(leaves);
        assertThat(AuditDraw.leaves(Samples.hash("other"), Samples.hash("block"), 1024))
                .isNotEqualTo(leaves);
        assertThatThrownBy(() -> AuditDraw.leaves(ROOT, ROOT, 0)).hasMessageContaining("count: 0");
    }
}
