package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
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
    void takesNoMoreBytesOfASenderThanItMay() {
        Mempool mempool = new Mempool(new MempoolLimits(1_000, 1 << 20, 1_000, 64 * 1024, 10));
        Transaction large = chain.orders(256);
        int fit = 64 * 1024 / large.encoded().size();
        for (int count = 0; count < fit; count++) {
            assertThat(take(mempool, chain.orders(256))).isEmpty();
        }
        assertThat(take(mempool, chain.orders(256))).contains(RejectionCode.RATE_LIMITED);
        assertThat(take(mempool, transfer(1))).isEmpty();
    }

    @Test
    void takesNoMoreThanFit() {
        Mempool mempool = new Mempool(new MempoolLimits(2, 1 << 20, 10, 10));
        assertThat(take(mempool, chain.orders(1))).isEmpty();
        assertThat(take(mempool, chain.orders(1))).isEmpty();
        assertThat(take(mempool, chain.orders(1))).contains(RejectionCode.OVERLOADED);
        Mempool narrow = new Mempool(new MempoolLimits(1_000, 64 * 1024, 1_000, 10));
        int fit = 64 * 1024 * 7 / 10 / chain.orders(256).encoded().size();
        for (int count = 0; count < fit; count++) {
            assertThat(take(narrow, chain.orders(256))).isEmpty();
        }
        assertThat(take(narrow, chain.orders(256))).contains(RejectionCode.OVERLOADED);
        assertThat(narrow.bytes()).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void keepsRoomForEachLaneHoweverManyOthersCome() {
        Mempool mempool = new Mempool(new MempoolLimits(100, 1 << 20, 100, 10));
        for (int count = 0; count < 70; count++) {
            assertThat(take(mempool, chain.orders(1))).isEmpty();
        }
        assertThat(take(mempool, chain.orders(1))).contains(RejectionCode.OVERLOADED);
        for (int count = 0; count < 20; count++) {
            assertThat(take(mempool, deliveryRoot(count))).isEmpty();
        }
        assertThat(take(mempool, deliveryRoot(21))).contains(RejectionCode.OVERLOADED);
        for (int count = 0; count < 10; count++) {
            assertThat(take(mempool, registration(count))).isEmpty();
        }
        assertThat(take(mempool, registration(10))).contains(RejectionCode.OVERLOADED);
        assertThat(mempool.size()).isEqualTo(100);
    }

    @Test
    void givesAwayNoRoomThatAnotherLaneMayClaim() {
        Mempool mempool = new Mempool(new MempoolLimits(100, 1 << 20, 100, 10));
        int taken = 0;
        while (take(mempool, registration(taken)).isEmpty()) {
            taken++;
        }
        assertThat(taken).isEqualTo(30);
        for (int count = 0; count < 50; count++) {
            assertThat(take(mempool, chain.orders(1))).isEmpty();
        }
    }

    @Test
    void takesLanesInOrderAndEachFirstComeFirstServed() {
        Mempool mempool = new Mempool(MempoolLimits.defaults());
        List<Transaction> orders = List.of(chain.orders(1), transfer(1), chain.orders(1));
        List<Transaction> roots = List.of(deliveryRoot(1), deliveryRoot(2));
        List<Transaction> registrations = List.of(registration(1), registration(2));
        Stream.of(orders, roots, registrations).flatMap(List::stream)
                .forEach(each -> assertThat(take(mempool, each)).isEmpty());
        assertThat(mempool.waiting()).containsExactlyElementsOf(
                Stream.of(registrations, roots, orders).flatMap(List::stream).toList());
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
    void checksAgainWhoseSenderIsInTheBlockAndSomeInTurn() {
        Mempool mempool = new Mempool(MempoolLimits.defaults());
        Transaction ordered = chain.orders(1);
        Transaction sameSender = chain.orders(1);
        List<Transaction> others = IntStream.range(0, 3 * Mempool.CHECKED_IN_TURN)
                .mapToObj(this::transfer).toList();
        others.forEach(each -> take(mempool, each));
        take(mempool, sameSender);
        List<Transaction> checked = new ArrayList<>();
        mempool.decided(List.of(ordered.encoded()), checked::add);
        assertThat(checked).hasSize(Mempool.CHECKED_IN_TURN + 1).startsWith(sameSender);
        mempool.decided(List.of(), checked::add);
        mempool.decided(List.of(), checked::add);
        assertThat(checked).containsAll(others);
        mempool.decided(List.of(), transaction -> !transaction.equals(others.getFirst()));
        assertThat(mempool.waiting()).doesNotContain(others.getFirst());
    }

    @Test
    void remembersNoMoreThanItMay() {
        Mempool mempool = new Mempool(new MempoolLimits(10, 1 << 20, 10, 2));
        mempool.decided(List.of(chain.orders(1).encoded(), chain.orders(1).encoded(),
                chain.orders(1).encoded()), _ -> true);
        assertThat(mempool.remembered()).isEqualTo(2);
    }

    @Test
    void passesOnWhyTheStateRefuses() {
        Mempool mempool = new Mempool(MempoolLimits.defaults());
        Rejection poor = new Rejection(RejectionCode.INSUFFICIENT_FUNDS, "nothing left");
        assertThat(mempool.take(chain.orders(1), true, 1, _ -> Optional.of(poor))).contains(poor);
        assertThat(mempool.isEmpty()).isTrue();
        assertThat(Mempool.toWire(poor).getRetryAfterMillis()).isZero();
    }

    private Transaction transfer(int number) {
        SigningKey sender = TestChain.key("someone " + number);
        return Transactions.transfer(chain.network(), sender, 1,
                WalletAddress.of(sender.publicKey()), 1);
    }

    private Transaction deliveryRoot(int number) {
        return Transactions.deliveryRoot(chain.network(), TestChain.key("relay " + number), 1,
                Hash.ZERO, List.of(new OrderPosition(1, 0, 0)));
    }

    private Transaction registration(int number) {
        return Transactions.registerNode(chain.network(), TestChain.key("node " + number), 1,
                RegisterNode.newBuilder().setRole(Role.RELAY).setOperator("test").setRegion("test")
                        .build());
    }

    private static Optional<RejectionCode> take(Mempool mempool, Transaction transaction) {
        return mempool.take(transaction, true, 1, _ -> Optional.empty()).map(Rejection::code);
    }
}
