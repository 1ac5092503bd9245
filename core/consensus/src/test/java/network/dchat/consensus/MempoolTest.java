package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class MempoolTest {
    private final TestChain chain = TestChain.ofFour();

    @Test
    void takesAsManyOfASenderAsItMay() {
        Mempool mempool = new Mempool(new MempoolLimits(10, 1 << 20, 3, 10));
        for (int count = 0; count < 3; count++) {
            assertThat(take(mempool, chain.orders(1))).isEmpty();
        }
        assertThat(take(mempool, chain.orders(1)))
                .hasValueSatisfying(code -> assertThat(code).isEqualTo(RejectionCode.RATE_LIMITED));
    }

    @Test
    void takesNoMoreThanFit() {
        Mempool mempool = new Mempool(new MempoolLimits(2, 1 << 20, 10, 10));
        assertThat(take(mempool, chain.orders(1))).isEmpty();
        assertThat(take(mempool, chain.orders(1))).isEmpty();
        assertThat(take(mempool, chain.orders(1))).contains(RejectionCode.OVERLOADED);
        Mempool narrow = new Mempool(new MempoolLimits(1_000, 64 * 1024, 1_000, 10));
        Transaction large = chain.orders(256);
        int fit = 64 * 1024 / large.encoded().size();
        for (int count = 0; count < fit; count++) {
            assertThat(take(narrow, chain.orders(256))).isEmpty();
        }
        assertThat(take(narrow, chain.orders(256))).contains(RejectionCode.OVERLOADED);
        assertThat(narrow.bytes()).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void takesNothingTwice() {
        Mempool mempool = new Mempool(new MempoolLimits(10, 1 << 20, 10, 2));
        List<Transaction> transactions = List.of(chain.orders(1), chain.orders(1), chain.orders(1));
        transactions.forEach(each -> assertThat(take(mempool, each)).isEmpty());
        assertThat(take(mempool, transactions.getFirst())).isEmpty();
        assertThat(mempool.size()).isEqualTo(3);
        mempool.decided(transactions.stream().map(Transaction::encoded).toList(), _ -> true);
        assertThat(mempool.isEmpty()).isTrue();
        assertThat(mempool.bytes()).isZero();
        assertThat(mempool.isNew(transactions.get(0))).isTrue();
        assertThat(mempool.isNew(transactions.get(1))).isFalse();
        assertThat(mempool.isNew(transactions.get(2))).isFalse();
    }

    @Test
    void forgetsWhatABlockMadeInvalid() {
        Mempool mempool = new Mempool(MempoolLimits.defaults());
        Transaction kept = chain.orders(1);
        Transaction lost = chain.orders(1);
        take(mempool, lost);
        take(mempool, kept);
        mempool.decided(List.of(), transaction -> transaction.equals(kept));
        assertThat(mempool.waiting()).containsExactly(kept);
        assertThat(mempool.ownSince(1, 10)).containsExactly(kept.encoded());
        assertThat(mempool.ownSince(0, 10)).isEmpty();
    }

    @Test
    void passesOnWhyTheStateRefuses() {
        Mempool mempool = new Mempool(MempoolLimits.defaults());
        Rejection poor = new Rejection(RejectionCode.INSUFFICIENT_FUNDS, "nothing left");
        assertThat(mempool.take(chain.orders(1), true, 1, _ -> Optional.of(poor))).contains(poor);
        assertThat(mempool.isEmpty()).isTrue();
        assertThat(Mempool.toWire(poor).getRetryAfterMillis()).isZero();
    }

    private static Optional<RejectionCode> take(Mempool mempool, Transaction transaction) {
        return mempool.take(transaction, true, 1, _ -> Optional.empty()).map(Rejection::code);
    }
}
