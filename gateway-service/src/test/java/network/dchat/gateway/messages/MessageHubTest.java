package network.dchat.gateway.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import network.dchat.gateway.RefusedException;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class MessageHubTest {
    private static final WalletAddress ONE = WalletAddress.of("0x" + "11".repeat(20));
    private static final WalletAddress TWO = WalletAddress.of("0x" + "22".repeat(20));

    @Test
    void nobodyTakesAllStreamsAndOneThatEndsMakesRoom() {
        MessageHub hub = new MessageHub(100);
        List<Disposable> open = new ArrayList<>();
        for (int count = 0; count < MessageHub.MOST_OF_ONE; count++) {
            open.add(hub.listen(ONE).subscribe());
        }
        assertThat(refusal(hub, ONE)).isEqualTo(RejectionCode.OVERLOADED);
        assertThat(hub.size()).isEqualTo(MessageHub.MOST_OF_ONE);
        Disposable other = hub.listen(TWO).subscribe();
        assertThat(other.isDisposed()).isFalse();
        open.removeLast().dispose();
        open.add(hub.listen(ONE).subscribe());
        assertThat(hub.size()).isEqualTo(MessageHub.MOST_OF_ONE + 1);
        open.forEach(Disposable::dispose);
        other.dispose();
        assertThat(hub.size()).isZero();
    }

    @Test
    void refusesOneMoreThanTheLimitInAll() {
        MessageHub hub = new MessageHub(1);
        Disposable first = hub.listen(ONE).subscribe();
        assertThat(refusal(hub, TWO)).isEqualTo(RejectionCode.OVERLOADED);
        first.dispose();
        assertThat(hub.listen(TWO).subscribe().isDisposed()).isFalse();
    }

    private static RejectionCode refusal(MessageHub hub, WalletAddress owner) {
        AtomicReference<RejectionCode> code = new AtomicReference<>(
                RejectionCode.REJECTION_CODE_UNSPECIFIED);
        hub.listen(owner).subscribe(_ -> {
        }, failure -> {
            if (failure instanceof RefusedException refused) {
                code.set(refused.rejection().code());
            }
        }).dispose();
        return code.get();
    }
}
