package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.SignedPrekey;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class PrekeysTest {
    private final Device alice = new Device(1);
    private final Device bob = new Device(2);

    @Test
    void theDefaultsAreThoseOfTheArchitecture() {
        SessionLimits limits = SessionLimits.defaults();
        assertThat(limits.prekeys()).isEqualTo(new PrekeyLimits(TimeUnit.DAYS.toMillis(7),
                TimeUnit.DAYS.toMillis(31), TimeUnit.DAYS.toMillis(61), 8_192, 32));
        assertThat(limits.ratchet())
                .isEqualTo(new RatchetLimits(1_000, 1_000, 16, TimeUnit.DAYS.toMillis(31)));
        assertThat(limits.maximumSessionsPerPeer()).isEqualTo(5);
        assertThat(limits.maximumSessions()).isEqualTo(4_096);
        assertThatThrownBy(() -> new PrekeyLimits(8, 7, 9, 1, 1))
                .hasMessageContaining("rotationMillis: 8 (expected: 1 to 7)");
        assertThatThrownBy(() -> new PrekeyLimits(1, 10, 9, 1, 1))
                .hasMessageContaining("validMillis: 10 (expected: 1 to 9)");
        assertThatThrownBy(
                () -> new SessionLimits(RatchetLimits.defaults(), PrekeyLimits.defaults(), 1, 10))
                .hasMessageContaining("maximumSessionsPerPeer");
    }

    @Test
    void thereIsAPrekeyFromTheStartAndItHolds() {
        Effect.PrekeyIssued issued = bob.only(Effect.PrekeyIssued.class);
        assertThat(SignedPrekey.verify(issued.prekey().signed(), Device.NETWORK, bob.now)
                .orElseThrow()).isEqualTo(issued.prekey().value());
        assertThat(bob.only(Effect.SetTimer.class).atMillis()).isEqualTo(bob.now + 7 * Device.DAY);
        bob.reload();
        bob.apply(new Input.Start(bob.seed(), bob.now + 1));
        assertThat(bob.lastEffects())
                .containsExactly(new Effect.SetTimer(Timer.ROTATION, bob.now + 7 * Device.DAY));
        assertThat(bob.sessions.currentPrekey()).contains(issued.prekey());
    }

    @Test
    void theTimerRotatesWhenItIsTimeAndNotBefore() {
        SignedBytes first = bob.prekey();
        bob.now += 7 * Device.DAY - 1;
        bob.tick();
        assertThat(bob.prekey()).isEqualTo(first);
        bob.now++;
        bob.tick();
        assertThat(bob.prekey()).isNotEqualTo(first);
        assertThat(bob.only(Effect.PrekeyIssued.class).prekey().signed()).isEqualTo(bob.prekey());
        assertThat(bob.only(Effect.SetTimer.class).atMillis()).isEqualTo(bob.now + 7 * Device.DAY);
    }

    @Test
    void anOldPrekeyWorksUntilItsPrivateHalfIsDropped() {
        ByteString early = alice.send(bob, "early");
        ByteString second = alice.sendWithoutPrekey(bob, "second");
        Device carol = new Device(3);
        ByteString third = carol.send(bob, "third");
        for (int day = 1; day <= 60; day++) {
            bob.now += Device.DAY;
            bob.tick();
        }
        bob.reload();
        assertThat(bob.read(early)).isEqualTo("early");
        bob.now += Device.DAY;
        assertThat(bob.refuses(third).code()).isEqualTo(RejectionCode.NOT_FOUND);
        bob.tick();
        assertThat(bob.refuses(third).code()).isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(bob.rows.keySet()).filteredOn(row -> row.startsWith("start/")).isEmpty();
        assertThat(bob.rows.keySet()).filteredOn(row -> row.startsWith("prekey/")).hasSizeBetween(8,
                9);
        assertThat(bob.read(second)).as("its session is still there").isEqualTo("second");
    }

    @Test
    void anUnansweredStartEndsWithItsPrekey() {
        alice.send(bob, "one");
        alice.now += 31 * Device.DAY - 1;
        alice.sendWithoutPrekey(bob, "two");
        alice.now++;
        assertThat(alice.sessions.canEncrypt(bob.key(), alice.now)).isFalse();
        assertThat(alice.refusesToSend(bob, Optional.empty(), ByteString.EMPTY).code())
                .isEqualTo(RejectionCode.NOT_FOUND);
        bob.now = alice.now;
        bob.tick();
        assertThat(bob.read(alice.send(bob, "three"))).isEqualTo("three");
        assertThat(alice.sessions.size()).isEqualTo(2);
    }

    @Test
    void whoWasAwayForLongRenewsThePrekeyBeforeAStart() {
        alice.now += 40 * Device.DAY;
        bob.now = alice.now;
        bob.tick();
        SignedBytes stale = alice.prekey();
        assertThat(bob.read(alice.send(bob, "back"))).isEqualTo("back");
        assertThat(alice.prekey()).isNotEqualTo(stale);
        assertThat(alice.only(Effect.PrekeyIssued.class).prekey().signed())
                .isEqualTo(alice.prekey());
    }

    @Test
    void aHandshakeIsJudgedByTheTimeOfItsCertificate() {
        ByteString late = alice.send(bob, "late");
        bob.now += 59 * Device.DAY;
        assertThat(bob.read(late)).isEqualTo("late");
        Device ahead = new Device(4);
        ahead.now += 2 * Device.DAY;
        ahead.rotate();
        Device carol = new Device(5);
        assertThat(carol.refuses(ahead.send(carol, "from the future")).code())
                .isEqualTo(RejectionCode.FUTURE_DATED);
    }

    @Test
    void aPrekeyMadeUnderAWrongClockIsReplaced() {
        Device wrong = new Device(6);
        wrong.now += 4_000 * Device.DAY;
        wrong.rotate();
        wrong.now = Device.NOON + Device.DAY;
        wrong.tick();
        assertThat(SignedPrekey.verify(wrong.prekey(), Device.NETWORK, wrong.now).toOptional())
                .isPresent();
        wrong.reload();
        assertThat(SignedPrekey.verify(wrong.prekey(), Device.NETWORK, wrong.now).toOptional())
                .isPresent();
    }

    @Test
    void aPrekeyMakesSoManySessionsAndIsReplacedWhenHalfSpent() {
        Device keeper = new Device(7, limits(8, 32));
        SignedBytes first = keeper.prekey();
        for (int number = 10; number < 18; number++) {
            assertThat(keeper.prekey().equals(first)).isEqualTo(number < 14);
            Device stranger = new Device(number);
            keeper.read(start(stranger, keeper, first));
        }
        assertThat(keeper.refuses(start(new Device(18), keeper, first)).code())
                .isEqualTo(RejectionCode.OVERLOADED);
        keeper.read(start(new Device(19), keeper, keeper.prekey()));
    }

    @Test
    void atMostSoManyPrekeysAreHeld() {
        Device keeper = new Device(7, limits(100, 3));
        SignedBytes first = keeper.prekey();
        keeper.rotate();
        SignedBytes second = keeper.prekey();
        keeper.rotate();
        keeper.read(start(alice, keeper, first));
        ByteString toFirst = start(bob, keeper, first);
        keeper.rotate();
        assertThat(keeper.refuses(toFirst).code()).isEqualTo(RejectionCode.NOT_FOUND);
        keeper.read(start(new Device(3), keeper, second));
        assertThat(keeper.rows.keySet()).filteredOn(row -> row.startsWith("prekey/")).hasSize(3);
    }

    @Test
    void prekeysOfOneInstallationShareItsNumber() {
        int number = bob.sessions.currentPrekey().orElseThrow().value().id();
        int installation = PrekeyNumbers.installation(number);
        for (int count = 0; count < 300; count++) {
            number = PrekeyNumbers.after(number);
            assertThat(number).isNotNegative();
            assertThat(PrekeyNumbers.installation(number)).isEqualTo(installation);
        }
        bob.loseState();
        assertThat(
                PrekeyNumbers.installation(bob.sessions.currentPrekey().orElseThrow().value().id()))
                .isNotEqualTo(installation);
    }

    @Test
    void aForeignCertificateStartsNothing() {
        Handshake.Written stolen = handshake(alice, bob,
                new HeldPrekey(new Device(8).sessions.currentPrekey().orElseThrow(),
                        KeySchedule.pairFromSeed(alice.seed(), "thief")));
        assertThat(bob.refuses(
                stolen.message().concat(ByteString.copyFrom(new byte[1_024 - Handshake.LENGTH])))
                .code()).isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void anEndlessPayloadOfTheHandshakeFits() {
        SignedPrekey largest = new SignedPrekey(alice.key(), Integer.MAX_VALUE,
                ByteString.copyFrom(new byte[32]), Long.MAX_VALUE - 1, Long.MAX_VALUE);
        int size = largest.sign(Device.NETWORK, alice.identity).signed().getSerializedSize();
        assertThat(size).isLessThan(176);
        assertThat(Handshake.LENGTH).isEqualTo(272);
    }

    private static Handshake.Written handshake(Device from, Device to, HeldPrekey own) {
        try {
            return Handshake.write(Device.NETWORK,
                    to.sessions.currentPrekey().orElseThrow().value(), own,
                    KeySchedule.pairFromSeed(from.seed(), "ephemeral"));
        } catch (network.dchat.session.noise.NoiseException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteString start(Device from, Device to, SignedBytes prekey) {
        return from.encrypt(to, Optional.of(prekey), ByteString.copyFromUtf8("hello"));
    }

    private static SessionLimits limits(int starts, int held) {
        PrekeyLimits prekeys = new PrekeyLimits(7 * Device.DAY, 31 * Device.DAY, 61 * Device.DAY,
                starts, held);
        return new SessionLimits(RatchetLimits.defaults(), prekeys, 5, 1_000);
    }

    @Test
    void stateRowsDoNotShowTheirValue() {
        assertThat(new StateRow("session/1", ByteString.copyFromUtf8("secret")).toString())
                .isEqualTo("StateRow[session/1]");
        assertThat(List.of(bob.rows.firstKey())).isNotEmpty();
    }
}
