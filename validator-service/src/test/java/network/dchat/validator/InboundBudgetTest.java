package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import org.junit.jupiter.api.Test;

class InboundBudgetTest {
    @Test
    void givesEachValidatorItsOwnRoomUpToTheLimit() {
        InboundBudget budget = new InboundBudget(100);
        assertThat(budget.take(peer("a"), 60)).isTrue();
        assertThat(budget.take(peer("a"), 41)).isFalse();
        assertThat(budget.take(peer("a"), 40)).isTrue();
        assertThat(budget.take(peer("b"), 100)).isTrue();
        assertThat(budget.take(peer("b"), 1)).isFalse();
        budget.giveBack(peer("a"), 60);
        assertThat(budget.take(peer("a"), 60)).isTrue();
        budget.giveBack(peer("b"), 100);
        assertThat(budget.take(peer("b"), 101)).isFalse();
    }

    private static PeerId peer(String name) {
        return PeerId.of(
                SigningKey.fromSeed(Sha256.of(ByteString.copyFromUtf8(name)).bytes()).publicKey());
    }
}
