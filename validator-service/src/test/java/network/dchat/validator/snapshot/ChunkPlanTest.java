package network.dchat.validator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkPlanTest {
    @Test
    void everyChunkIsTakenOnceUnlessItIsGivenBack() {
        ChunkPlan plan = new ChunkPlan(1);
        assertThat(plan.total()).isEqualTo(2);
        assertThat(plan.take()).hasValue(0);
        assertThat(plan.take()).hasValue(1);
        assertThat(plan.take()).isEmpty();
        plan.giveBack(0);
        assertThat(plan.take()).hasValue(0);
        assertThat(plan.take()).isEmpty();
    }

    @Test
    void entriesComeInTheOrderOfTheChunksOnceAllAreThere() {
        ChunkPlan plan = new ChunkPlan(1);
        plan.arrived(1, List.of(ByteString.copyFromUtf8("bc")));
        assertThat(plan.done()).isOne();
        assertThatThrownBy(plan::entries).isInstanceOf(IllegalStateException.class);
        plan.arrived(0, List.of(ByteString.copyFromUtf8("a")));
        assertThat(plan.bytes()).isEqualTo(3);
        assertThat(plan.entries()).containsExactly(List.of(ByteString.copyFromUtf8("a")),
                List.of(ByteString.copyFromUtf8("bc")));
    }
}
