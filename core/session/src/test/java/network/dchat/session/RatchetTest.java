package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import network.dchat.identity.Verified;
import network.dchat.session.noise.NoiseException;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class RatchetTest {
    private static final ByteString DATA = ByteString.copyFromUtf8("associated");
    private static final RatchetLimits LIMITS = RatchetLimits.defaults();

    private final SplittableRandom random = new SplittableRandom(1);
    private Ratchet alice;
    private Ratchet bob;
    private long now = Device.NOON;

    RatchetTest() throws NoiseException {
        List<Secret> shared = List.of(secret(), secret(), secret());
        X25519KeyPair prekey = X25519KeyPair.of(secret());
        alice = Ratchet.initiator(shared, X25519KeyPair.of(secret()), prekey.publicKey());
        bob = Ratchet.responder(shared, prekey);
    }

    /// Messages in any order, some lost, some twice: each arrives once, with its own text.
    @Seeds(count = 50)
    void readsEachMessageOnceInAnyOrder(Generator generator) throws NoiseException {
        RatchetTest pair = new RatchetTest();
        List<SealedMessage> toBob = new ArrayList<>();
        List<SealedMessage> toAlice = new ArrayList<>();
        Set<String> read = new HashSet<>();
        int expected = 0;
        for (int step = 0; step < 150; step++) {
            switch (generator.between(0, 3)) {
                case 0 -> toBob.add(pair.aliceSays("a" + step));
                case 1 -> {
                    if (pair.bob.sending() != null) {
                        toAlice.add(pair.bobSays("b" + step));
                    }
                }
                case 2 -> expected += pair.deliver(generator, toBob, true, read);
                default -> expected += pair.deliver(generator, toAlice, false, read);
            }
        }
        while (!toBob.isEmpty() || !toAlice.isEmpty()) {
            expected += pair.deliver(generator, toBob, true, read);
            expected += pair.deliver(generator, toAlice, false, read);
        }
        assertThat(read).hasSize(expected);
        assertThat(pair.bobReads(pair.aliceSays("last"))).isEqualTo("last");
        assertThat(pair.aliceReads(pair.bobSays("last"))).isEqualTo("last");
    }

    private int deliver(Generator generator, List<SealedMessage> queue, boolean toBob,
            Set<String> read) {
        if (queue.isEmpty()) {
            return 0;
        }
        SealedMessage message = queue.remove(generator.between(0, queue.size() - 1));
        if (generator.chance(0.2)) {
            return 0;
        }
        assertThat(read.add(toBob ? bobReads(message) : aliceReads(message))).isTrue();
        if (generator.chance(0.3)) {
            assertThat(refusal(toBob ? bob : alice, message))
                    .isIn(Optional.of(RejectionCode.REPLAYED), Optional.empty());
        }
        return 1;
    }

    @Test
    void skipsUpToTheLimitAndNotOneMore() {
        bobReads(aliceSays("first"));
        for (int number = 1; number <= 1_000; number++) {
            aliceSays("skipped");
        }
        SealedMessage inTime = aliceSays("number 1001");
        SealedMessage beyond = aliceSays("number 1002");
        assertThat(refusal(bob, beyond)).contains(RejectionCode.INVALID);
        assertThat(bobReads(inTime)).isEqualTo("number 1001");
        assertThat(bob.skipped().size()).isEqualTo(1_000);
        assertThat(bobReads(beyond)).isEqualTo("number 1002");
    }

    @Test
    void countsWhatBothChainsSkipAgainstTheLimit() {
        bobReads(aliceSays("first"));
        for (int number = 0; number < 600; number++) {
            aliceSays("old chain");
        }
        aliceReads(bobSays("turn"));
        for (int number = 0; number < 400; number++) {
            aliceSays("new chain");
        }
        SealedMessage inTime = aliceSays("in time");
        SealedMessage beyond = aliceSays("beyond");
        assertThat(refusal(bob, beyond)).contains(RejectionCode.INVALID);
        assertThat(bobReads(inTime)).isEqualTo("in time");
        assertThat(bob.skipped().size()).isEqualTo(1_000);
    }

    @Test
    void keepsSoManySkippedKeysAndDropsTheOldest() {
        bobReads(aliceSays("first"));
        List<SealedMessage> early = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            early.add(aliceSays("early " + number));
        }
        bobReads(aliceSays("reads past the early ones"));
        assertThat(bob.skipped().size()).isEqualTo(1_000);
        SealedMessage late = aliceSays("late");
        bobReads(aliceSays("reads past one more"));
        assertThat(bob.skipped().size()).isEqualTo(1_000);
        assertThat(refusal(bob, early.get(0))).contains(RejectionCode.REPLAYED);
        assertThat(bobReads(early.get(1))).isEqualTo("early 1");
        assertThat(bobReads(late)).isEqualTo("late");
    }

    @Test
    void keepsSkippedKeysOfSoManyChains() {
        List<SealedMessage> early = new ArrayList<>();
        for (int chain = 0; chain < 17; chain++) {
            early.add(aliceSays("early " + chain));
            bobReads(aliceSays("later"));
            aliceReads(bobSays("turn"));
        }
        assertThat(bob.skipped().chains()).hasSize(16);
        assertThat(bob.match(new HeaderTrial(early.get(0)))).isEmpty();
        assertThat(bobReads(early.get(1))).isEqualTo("early 1");
        assertThat(bob.skipped().chains()).hasSize(15);
    }

    @Test
    void dropsSkippedKeysThatAreTooOld() {
        SealedMessage early = aliceSays("early");
        SealedMessage other = aliceSays("other");
        bobReads(aliceSays("later"));
        now += LIMITS.skippedKeptMillis();
        assertThat(bobReads(early)).isEqualTo("early");
        now++;
        assertThat(refusal(bob, other)).contains(RejectionCode.REPLAYED);
        bobReads(aliceSays("even later"));
        assertThat(bob.skipped().size()).isZero();
    }

    @Test
    void aStolenStateReadsNothingThatCameBeforeItAndNothingAfterTwoTurns() {
        SealedMessage past = aliceSays("past");
        bobReads(past);
        Ratchet stolen = bob;
        assertThat(refusal(stolen, past)).contains(RejectionCode.REPLAYED);
        aliceReads(bobSays("turn"));
        bobReads(aliceSays("turn"));
        aliceReads(bobSays("healed"));
        SealedMessage future = aliceSays("future");
        assertThat(stolen.match(new HeaderTrial(future))).isEmpty();
        assertThat(bobReads(future)).isEqualTo("future");
    }

    @Test
    void aRolledBackStateRepeatsNoNonce() {
        Ratchet old = alice;
        SealedMessage first = aliceSays("one");
        SealedMessage second = old.seal(ByteString.EMPTY, bytes("two"), DATA, secret()).message();
        assertThat(first.nonce()).isNotEqualTo(second.nonce());
        assertThat(first.header()).isNotEqualTo(second.header());
    }

    @Test
    void aResponderSendsOnlyAfterItHasReceived() {
        Ratchet fresh = bob;
        assertThatThrownBy(() -> fresh.seal(ByteString.EMPTY, bytes("x"), DATA, secret()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void headersHoldNumbersUpToTheirLimit() {
        int largest = Header.MAXIMUM_CHAIN_LENGTH - 1;
        Header header = new Header(alice.pair().publicKey(), largest, largest);
        assertThat(Header.decode(header.encode())).contains(header);
        for (int[] beyond : new int[][]{{largest + 1, 0}, {0, largest + 1}, {-1, 0}, {0, -1}}) {
            byte[] bytes = new Header(alice.pair().publicKey(), beyond[0], beyond[1]).encode();
            assertThat(Header.decode(bytes)).isEmpty();
        }
    }

    @Test
    void aChainEndsBeforeItsNumbersDo() {
        int last = Header.MAXIMUM_CHAIN_LENGTH - 2;
        alice = new Ratchet(alice.rootKey(), alice.pair(),
                new SendingChain(secret(), secret(), last, 0), alice.receiving(), secret(),
                secret(), SkippedKeys.NONE);
        assertThat(alice.isExhausted()).isFalse();
        aliceSays("last");
        assertThat(alice.isExhausted()).isTrue();
        assertThatThrownBy(() -> aliceSays("one more")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void wipesWhatTheNextStateDoesNotShare() {
        Ratchet before = alice;
        aliceSays("one");
        before.destroyExcept(alice);
        assertThat(alice.rootKey().reveal()).isNotNull();
        assertThat(before.sending()).isNotNull();
        assertThatThrownBy(() -> chainKey(before)).isInstanceOf(IllegalStateException.class);
        assertThat(chainKey(alice)).isNotNull();
    }

    private static ByteString chainKey(Ratchet ratchet) {
        SendingChain sending = ratchet.sending();
        if (sending == null) {
            throw new AssertionError("no sending chain");
        }
        return sending.chainKey().reveal();
    }

    private SealedMessage aliceSays(String text) {
        Ratchet.Sealed sealed = alice.seal(ByteString.EMPTY, bytes(text), DATA, secret());
        alice = sealed.next();
        return sealed.message();
    }

    private SealedMessage bobSays(String text) {
        Ratchet.Sealed sealed = bob.seal(ByteString.EMPTY, bytes(text), DATA, secret());
        bob = sealed.next();
        return sealed.message();
    }

    private String bobReads(SealedMessage message) {
        Ratchet.Opened opened = open(bob, message).orElseThrow();
        bob = opened.next();
        return opened.padded().toStringUtf8();
    }

    private String aliceReads(SealedMessage message) {
        Ratchet.Opened opened = open(alice, message).orElseThrow();
        alice = opened.next();
        return opened.padded().toStringUtf8();
    }

    private Optional<RejectionCode> refusal(Ratchet ratchet, SealedMessage message) {
        return ratchet.match(new HeaderTrial(message))
                .map(match -> open(ratchet, message).refusal().orElseThrow().code());
    }

    private Verified<Ratchet.Opened> open(Ratchet ratchet, SealedMessage message) {
        Ratchet.Match match = ratchet.match(new HeaderTrial(message)).orElseThrow();
        return ratchet.open(match, message, new Ratchet.Opening(DATA, secret(), now, LIMITS));
    }

    private Secret secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Secret.of(ByteString.copyFrom(bytes));
    }

    private static byte[] bytes(String text) {
        return ByteString.copyFromUtf8(text).toByteArray();
    }
}
