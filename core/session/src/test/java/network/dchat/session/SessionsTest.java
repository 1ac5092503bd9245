package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.WalletAddress;
import network.dchat.session.noise.Secret;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
    private final Device alice = new Device(1);
    private final Device bob = new Device(2);

    @Test
    void aFirstMessageReachesSomeoneWhoWasAway() {
        ByteString first = alice.send(bob, "hello");
        Effect.Decrypted decrypted = bob.receive(first);
        assertThat(decrypted.plaintext().toStringUtf8()).isEqualTo("hello");
        assertThat(decrypted.sender()).isEqualTo(alice.key());
        assertThat(decrypted.continuity()).isEqualTo(Continuity.FIRST_CONTACT);
        assertThat(alice.read(bob.sendWithoutPrekey(alice, "hi"))).isEqualTo("hi");
        assertThat(bob.read(alice.sendWithoutPrekey(bob, "how are you?")))
                .isEqualTo("how are you?");
        assertThat(alice.sessions.size()).isEqualTo(1);
        assertThat(bob.sessions.size()).isEqualTo(1);
    }

    @Test
    void everyMessageCarriesTheHandshakeUntilTheFirstAnswer() {
        alice.send(bob, "lost");
        ByteString second = alice.sendWithoutPrekey(bob, "second");
        ByteString third = alice.sendWithoutPrekey(bob, "third");
        assertThat(third.size()).isEqualTo(1_024);
        assertThat(bob.read(third)).isEqualTo("third");
        assertThat(bob.read(second)).isEqualTo("second");
        alice.read(bob.sendWithoutPrekey(alice, "answer"));
        assertThat(alice.sendWithoutPrekey(bob, "short").size()).isEqualTo(256);
        assertThat(bob.sessions.size()).isEqualTo(1);
    }

    @Test
    void stateIsPersistedTogetherWithItsOutcomeAndBeforeIt() {
        alice.send(bob, "hello");
        assertThat(alice.lastEffects()).hasSize(2);
        Effect.Persist persist = (Effect.Persist) alice.lastEffects().getFirst();
        assertThat(persist.outcomes()).isEqualTo(alice.lastEffects().subList(1, 2));
        assertThat(persist.change().written()).hasSize(1);
        bob.receive(alice.sendWithoutPrekey(bob, "hello"));
        Effect.Persist received = (Effect.Persist) bob.lastEffects().getFirst();
        assertThat(received.outcomes()).containsExactly(bob.only(Effect.Decrypted.class));
        assertThat(received.toString()).doesNotContain("hello");
    }

    @Test
    void aMessageIsReadOnceOnly() {
        ByteString first = alice.send(bob, "hello");
        bob.read(first);
        assertThat(bob.refuses(first).code()).isEqualTo(RejectionCode.REPLAYED);
        ByteString answer = bob.sendWithoutPrekey(alice, "hi");
        alice.read(answer);
        assertThat(alice.refuses(answer).code()).isEqualTo(RejectionCode.REPLAYED);
    }

    @Test
    void aReplayedHandshakeMakesNoSession() {
        ByteString first = alice.send(bob, "hello");
        bob.read(first);
        bob.reload();
        assertThat(bob.refuses(first).code()).isEqualTo(RejectionCode.REPLAYED);
        bob.rows.keySet().removeIf(row -> row.startsWith("session/"));
        bob.reload();
        assertThat(bob.sessions.size()).isZero();
        assertThat(bob.refuses(first).code()).isEqualTo(RejectionCode.REPLAYED);
        assertThat(bob.refuses(alice.sendWithoutPrekey(bob, "more")).code())
                .isEqualTo(RejectionCode.REPLAYED);
    }

    @Test
    void aReflectedMessageIsRefused() {
        ByteString first = alice.send(bob, "hello");
        assertThat(alice.refuses(first).code()).isEqualTo(RejectionCode.NOT_FOUND);
        bob.read(first);
        alice.read(bob.send(alice, "hi"));
        ByteString later = alice.send(bob, "later");
        assertThat(alice.refuses(later).code()).isEqualTo(RejectionCode.NOT_FOUND);
    }

    @Test
    void noChangedByteIsReadAndNoneChangesTheState() {
        ByteString first = alice.send(bob, "hello");
        refusesEveryChangedByte(bob, first);
        assertThat(bob.read(first)).isEqualTo("hello");
        ByteString again = alice.sendWithoutPrekey(bob, "again, with the handshake");
        refusesEveryChangedByte(bob, again);
        assertThat(bob.read(again)).isEqualTo("again, with the handshake");
        ByteString answer = bob.sendWithoutPrekey(alice, "hi");
        refusesEveryChangedByte(alice, answer);
        assertThat(alice.read(answer)).isEqualTo("hi");
        ByteString later = alice.sendWithoutPrekey(bob, "later");
        refusesEveryChangedByte(bob, later);
        assertThat(bob.read(later)).isEqualTo("later");
    }

    private static void refusesEveryChangedByte(Device device, ByteString ciphertext) {
        var before = List.copyOf(device.rows.entrySet());
        for (int index = 0; index < ciphertext.size(); index++) {
            byte[] changed = ciphertext.toByteArray();
            changed[index] ^= (byte) (1 << (index % 8));
            device.refuses(ByteString.copyFrom(changed));
        }
        assertThat(List.copyOf(device.rows.entrySet())).isEqualTo(before);
    }

    @Test
    void otherAssociatedDataIsRefused() {
        ByteString first = alice.send(bob, "hello");
        bob.apply(new Input.Decrypt(7, first, alice.address().bytes(), bob.seed(), bob.now));
        assertThat(bob.only(Effect.Refused.class).rejection().code())
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(bob.read(first)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32, 255, 257, 1_023, 65_535, 65_537, 200_000})
    void lengthsThatAreNoBucketAreRefused(int length) {
        assertThat(bob.refuses(bob.bytes(length)).code()).isEqualTo(RejectionCode.MALFORMED);
    }

    @Test
    void garbageIsRefused() {
        for (int length : Padding.BUCKETS) {
            for (int round = 0; round < 20; round++) {
                assertThat(bob.refuses(bob.bytes(length)).code())
                        .isEqualTo(RejectionCode.NOT_FOUND);
            }
            assertThat(bob.refuses(ByteString.copyFrom(new byte[length])).code())
                    .isEqualTo(RejectionCode.NOT_FOUND);
        }
    }

    @Test
    void plaintextsHoldFromNothingToTheirLimit() {
        ByteString largest = alice.bytes(Sessions.MAXIMUM_PLAINTEXT);
        ByteString sealed = alice.encrypt(bob, Optional.of(bob.prekey()), largest);
        assertThat(sealed.size()).isEqualTo(65_536);
        assertThat(bob.receive(sealed).plaintext()).isEqualTo(largest);
        ByteString tooLarge = largest.concat(ByteString.copyFrom(new byte[1]));
        assertThat(alice.refusesToSend(bob, Optional.of(bob.prekey()), tooLarge).code())
                .isEqualTo(RejectionCode.TOO_LARGE);
        ByteString nothing = alice.encrypt(bob, Optional.of(bob.prekey()), ByteString.EMPTY);
        assertThat(bob.receive(nothing).plaintext()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void withoutSessionAndPrekeyNothingIsSent() {
        assertThat(alice.sessions.canEncrypt(bob.key(), alice.now)).isFalse();
        assertThat(alice.refusesToSend(bob, Optional.empty(), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(alice.lastEffects()).hasSize(1);
        alice.send(bob, "hello");
        assertThat(alice.sessions.canEncrypt(bob.key(), alice.now)).isTrue();
    }

    @Test
    void aPrekeyThatDoesNotHoldIsRefused() {
        Device carol = new Device(3);
        assertThat(alice.refusesToSend(bob, Optional.of(carol.prekey()), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.INVALID);
        SignedBytes forged = bob.prekey().toBuilder().setBody(carol.prekey().getBody()).build();
        assertThat(alice.refusesToSend(bob, Optional.of(forged), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(alice
                .refusesToSend(bob, Optional.of(SignedBytes.getDefaultInstance()), ByteString.EMPTY)
                .code()).isEqualTo(RejectionCode.UNSIGNED);
        SignedBytes current = bob.prekey();
        alice.now += 31 * Device.DAY;
        assertThat(alice.refusesToSend(bob, Optional.of(current), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.EXPIRED);
        SignedBytes smallOrder = new SignedPrekey(bob.key(), 1, ByteString.copyFrom(new byte[32]),
                alice.now, alice.now + Device.DAY).sign(Device.NETWORK, bob.identity).signed();
        assertThat(alice.refusesToSend(bob, Optional.of(smallOrder), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.INVALID);
        assertThat(alice.sessions.size()).isZero();
    }

    @Test
    void nobodyWritesToThemselves() {
        assertThat(alice.refusesToSend(alice, Optional.of(alice.prekey()), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void aStartNamesTheSenderOnlyInside() {
        ByteString first = alice.send(bob, "hello");
        ByteString second = alice.send(bob, "hello");
        for (ByteString known : List.of(alice.key().bytes(), alice.address().bytes(),
                bob.key().bytes(), ByteString.copyFromUtf8("hello"),
                alice.sessions.currentPrekey().orElseThrow().value().publicKey())) {
            assertThat(contains(first, known)).isFalse();
        }
        bob.read(first);
        alice.read(bob.send(alice, "hi"));
        ByteString third = alice.send(bob, "hello");
        ByteString fourth = alice.send(bob, "hello");
        assertThat(second).isNotEqualTo(first);
        assertThat(longestCommonRun(third, fourth)).isLessThan(4);
    }

    private static boolean contains(ByteString text, ByteString part) {
        for (int start = 0; start + part.size() <= text.size(); start++) {
            if (text.substring(start, start + part.size()).equals(part)) {
                return true;
            }
        }
        return false;
    }

    private static int longestCommonRun(ByteString one, ByteString other) {
        int longest = 0;
        int run = 0;
        for (int index = 0; index < one.size(); index++) {
            run = one.byteAt(index) == other.byteAt(index) ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    @Test
    void whenTwoStartsCrossTheLowerAddressWins() {
        List<Device> pair = Device.pair(Device.LIMITS);
        Device lower = pair.getFirst();
        Device higher = pair.getLast();
        ByteString fromLower = lower.send(higher, "from lower");
        ByteString fromHigher = higher.send(lower, "from higher");
        assertThat(lower.read(fromHigher)).isEqualTo("from higher");
        assertThat(higher.read(fromLower)).isEqualTo("from lower");
        assertThat(lower.sessions.size()).isEqualTo(2);
        assertThat(higher.sessions.size()).isEqualTo(2);
        assertThat(lower.activeSession(higher)).isEqualTo(fromLower.substring(0, 32));
        assertThat(higher.activeSession(lower)).isEqualTo(fromLower.substring(0, 32));
        ByteString answer = higher.sendWithoutPrekey(lower, "on the lower's session");
        assertThat(answer.size()).as("no handshake: an answer").isEqualTo(256);
        assertThat(lower.read(answer)).isEqualTo("on the lower's session");
        ByteString next = lower.sendWithoutPrekey(higher, "on the same");
        assertThat(next.size()).as("no handshake: answered").isEqualTo(256);
        assertThat(higher.read(next)).isEqualTo("on the same");
    }

    @Test
    void aLateStartBecomesActiveWhereNoneCrosses() {
        bob.read(alice.send(bob, "one"));
        alice.read(bob.send(alice, "two"));
        alice.now += 1;
        bob.now += 1;
        alice.loseState();
        ByteString again = alice.send(bob, "three");
        bob.read(again);
        assertThat(bob.activeSession(alice)).isEqualTo(again.substring(0, 32));
        assertThat(alice.activeSession(bob)).isEqualTo(again.substring(0, 32));
    }

    @Test
    void anAnsweredStartTakesOverFromAnUnansweredOne() {
        ByteString first = alice.send(bob, "first");
        bob.read(first);
        ByteString answer = bob.sendWithoutPrekey(alice, "answer");
        alice.now += 31 * Device.DAY;
        bob.now = alice.now;
        bob.tick();
        ByteString second = alice.send(bob, "second");
        assertThat(alice.activeSession(bob)).isEqualTo(second.substring(0, 32));
        alice.read(answer);
        assertThat(alice.activeSession(bob)).isEqualTo(first.substring(0, 32));
        assertThat(bob.read(alice.sendWithoutPrekey(bob, "third"))).isEqualTo("third");
    }

    @Test
    void whoLostTheStateStartsAnewAndBothGoOn() {
        bob.read(alice.send(bob, "one"));
        alice.read(bob.send(alice, "two"));
        bob.now += Device.DAY;
        alice.now += Device.DAY;
        bob.loseState();
        Effect.Decrypted decrypted = alice.receive(bob.send(alice, "I am back"));
        assertThat(decrypted.continuity()).isEqualTo(Continuity.NEW_INSTALLATION);
        assertThat(bob.read(alice.sendWithoutPrekey(bob, "good"))).isEqualTo("good");
        assertThat(alice.read(bob.sendWithoutPrekey(alice, "yes"))).isEqualTo("yes");
    }

    @Test
    void aNewPrekeyShowsTheSenderThatThePeerLostItsState() {
        bob.read(alice.send(bob, "one"));
        alice.read(bob.send(alice, "two"));
        bob.now += Device.DAY;
        alice.now += Device.DAY;
        bob.rotate();
        assertThat(bob.read(alice.send(bob, "three"))).isEqualTo("three");
        assertThat(alice.only(Effect.Encrypted.class).continuity()).isEqualTo(Continuity.CONTINUED);
        assertThat(bob.sessions.size()).as("a rotation is no new installation").isEqualTo(1);
        bob.loseState();
        assertThat(bob.read(alice.send(bob, "four"))).isEqualTo("four");
        assertThat(alice.only(Effect.Encrypted.class).continuity())
                .isEqualTo(Continuity.NEW_INSTALLATION);
    }

    @Test
    void aStartToALostInstallationDoesNotWinOverANewOne() {
        List<Device> pair = Device.pair(Device.LIMITS);
        Device lower = pair.getFirst();
        Device higher = pair.getLast();
        lower.send(higher, "lost");
        higher.now += 1;
        lower.now += 1;
        higher.loseState();
        assertThat(lower.read(higher.send(lower, "hello"))).isEqualTo("hello");
        assertThat(higher.read(lower.sendWithoutPrekey(higher, "hi"))).isEqualTo("hi");
    }

    @Test
    void olderSessionsStillDecryptUpToTheirNumber() {
        SessionLimits limits = new SessionLimits(RatchetLimits.defaults(), PrekeyLimits.defaults(),
                3, 100);
        Device keeper = new Device(5, limits);
        List<ByteString> late = new ArrayList<>();
        bob.read(alice.send(bob, "unrelated"));
        for (int life = 0; life < 5; life++) {
            keeper.read(alice.send(keeper, "start " + life));
            late.add(alice.sendWithoutPrekey(keeper, "late " + life));
            alice.now += 1;
            keeper.now += 1;
            alice.loseState();
        }
        assertThat(keeper.sessions.size()).isEqualTo(3);
        assertThat(keeper.refuses(late.get(0)).code()).isEqualTo(RejectionCode.REPLAYED);
        assertThat(keeper.refuses(late.get(1)).code()).isEqualTo(RejectionCode.REPLAYED);
        assertThat(keeper.read(late.get(2))).isEqualTo("late 2");
        assertThat(keeper.read(late.get(4))).isEqualTo("late 4");
    }

    @Test
    void strangersMakeRoomForStrangersAndNeverPushOutContacts() {
        SessionLimits limits = new SessionLimits(RatchetLimits.defaults(), PrekeyLimits.defaults(),
                2, 4);
        Device keeper = new Device(5, limits);
        keeper.read(alice.send(keeper, "contact"));
        alice.read(keeper.send(alice, "answered"));
        for (int number = 10; number < 20; number++) {
            keeper.now++;
            Device stranger = new Device(number);
            keeper.read(stranger.send(keeper, "spam"));
            assertThat(keeper.sessions.size()).isLessThanOrEqualTo(4);
        }
        assertThat(keeper.read(alice.sendWithoutPrekey(keeper, "still here")))
                .isEqualTo("still here");
    }

    @Test
    void aFullTableOfContactsTakesNoStranger() {
        SessionLimits limits = new SessionLimits(RatchetLimits.defaults(), PrekeyLimits.defaults(),
                2, 2);
        Device keeper = new Device(5, limits);
        for (Device contact : List.of(alice, bob)) {
            keeper.read(contact.send(keeper, "hello"));
            contact.read(keeper.send(contact, "hi"));
        }
        Device stranger = new Device(9);
        assertThat(keeper.refuses(stranger.send(keeper, "hello")).code())
                .isEqualTo(RejectionCode.OVERLOADED);
        assertThat(keeper.read(alice.send(keeper, "fine"))).isEqualTo("fine");
    }

    @Test
    void theStateIsTheSameAfterALoadAtEveryStep() {
        for (int round = 0; round < 12; round++) {
            ByteString lost = alice.send(bob, "lost " + round);
            alice.reload();
            ByteString sent = alice.send(bob, "to bob " + round);
            alice.reload();
            assertThat(bob.read(sent)).isEqualTo("to bob " + round);
            bob.reload();
            ByteString answer = bob.send(alice, "to alice " + round);
            bob.reload();
            assertThat(alice.read(answer)).isEqualTo("to alice " + round);
            alice.reload();
            if (round % 3 == 0) {
                assertThat(bob.read(lost)).isEqualTo("lost " + round);
                bob.reload();
            }
        }
    }

    @Test
    void theMachineIsAFunctionOfStateAndInput() {
        Device one = new Device(1);
        Device same = new Device(1);
        assertThat(one.send(bob, "hello")).isEqualTo(same.send(bob, "hello"));
        same.reload();
        assertThat(one.send(bob, "again")).isEqualTo(same.send(bob, "again"));
        assertThat(one.rows).isEqualTo(same.rows);
    }

    @Test
    void aBrokenStoreStopsTheMachine() {
        for (StateRow row : List.of(new StateRow("session/00", ByteString.copyFromUtf8("x")),
                new StateRow("session/00", ByteString.EMPTY),
                new StateRow("prekey/1", ByteString.EMPTY),
                new StateRow("start/x", ByteString.EMPTY),
                new StateRow("other", ByteString.EMPTY))) {
            assertThatThrownBy(
                    () -> new Sessions(Device.NETWORK, alice.identity, Device.LIMITS, List.of(row)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining(row.key());
        }
    }

    @Test
    void seedsAreWipedAndSecretsNeverShow() {
        Secret seed = alice.seed();
        Input input = new Input.Encrypt(1, bob.key(), Optional.of(bob.prekey()),
                ByteString.copyFromUtf8("hello"), ByteString.EMPTY, seed, alice.now);
        assertThat(input.toString()).doesNotContain("hello");
        alice.apply(input);
        assertThatThrownBy(seed::reveal).isInstanceOf(IllegalStateException.class);
        assertThat(alice.lastEffects().toString()).doesNotContain("hello");
        assertThat(WalletAddress.of(bob.key())).isEqualTo(bob.address());
    }
}
