package network.dchat.identity;

import static network.dchat.identity.Samples.DAY;
import static network.dchat.identity.Samples.NETWORK;
import static network.dchat.identity.Samples.NOW;
import static network.dchat.identity.Samples.OTHER_NETWORK;
import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class SignedRecordsTest {
    private static final SigningKey USER = Samples.key(50);

    @Test
    void acceptsWhatItsOwnerSigned() {
        DeviceCertificate device = Samples.device(USER, 1);
        assertThat(DeviceCertificate.verify(device.sign(NETWORK, USER).signed(), NETWORK, NOW)
                .toOptional()).contains(device);
        assertThat(device.address()).isEqualTo(WalletAddress.of(USER.publicKey()));
        SignedPrekey prekey = Samples.prekey(USER);
        assertThat(
                SignedPrekey.verify(prekey.sign(NETWORK, USER).signed(), NETWORK, NOW).toOptional())
                .contains(prekey);
        UserRecord user = Samples.user(USER);
        assertThat(verify(user.sign(NETWORK, USER).signed()).toOptional()).contains(user);
        assertThat(user.address()).isEqualTo(WalletAddress.of(USER.publicKey()));
    }

    @Test
    void refusesAnotherNetworkAndAnotherKind() {
        SignedBytes user = Samples.user(USER).sign(NETWORK, USER).signed();
        assertThat(code(UserRecord.verify(user, OTHER_NETWORK, NOW)))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(DeviceCertificate.verify(user, NETWORK, NOW)))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(verify(user.toBuilder().clearPublicKey().build())))
                .isEqualTo(RejectionCode.UNSIGNED);
    }

    @Test
    void holdsFromItsBeginningToItsEnd() {
        DeviceCertificate device = new DeviceCertificate(USER.publicKey(),
                Samples.key(9).publicKey(), NOW, NOW + DAY, 1);
        SignedBytes signed = device.sign(NETWORK, USER).signed();
        long early = NOW - SignedRecords.CLOCK_TOLERANCE_MILLIS;
        assertThat(code(DeviceCertificate.verify(signed, NETWORK, early - 1)))
                .isEqualTo(RejectionCode.FUTURE_DATED);
        assertThat(DeviceCertificate.verify(signed, NETWORK, early).toOptional()).isPresent();
        assertThat(DeviceCertificate.verify(signed, NETWORK, NOW + DAY - 1).toOptional())
                .isPresent();
        assertThat(code(DeviceCertificate.verify(signed, NETWORK, NOW + DAY)))
                .isEqualTo(RejectionCode.EXPIRED);
    }

    @Test
    void boundsHowLongAUserRecordMayLive() {
        long tooEarly = NOW + 29 * DAY - UserRecord.MAXIMUM_LIFETIME_MILLIS
                - SignedRecords.CLOCK_TOLERANCE_MILLIS - 1;
        SigningKey user = Samples.key(51);
        UserRecord sample = Samples.user(user);
        DeviceCertificate device = new DeviceCertificate(user.publicKey(),
                Samples.key(9).publicKey(), NOW - 9 * DAY, NOW + 60 * DAY, 1);
        SignedPrekey prekey = new SignedPrekey(user.publicKey(), 1, hex("00".repeat(32)),
                NOW - 9 * DAY, NOW + 50 * DAY);
        UserRecord record = new UserRecord(user.publicKey(), sample.relays(),
                prekey.sign(NETWORK, user), List.of(device.sign(NETWORK, user)), 0,
                sample.expiresAtMillis());
        SignedBytes signed = record.sign(NETWORK, user).signed();
        assertThat(code(UserRecord.verify(signed, NETWORK, tooEarly)))
                .isEqualTo(RejectionCode.FUTURE_DATED);
        assertThat(UserRecord.verify(signed, NETWORK, tooEarly + 1).toOptional()).contains(record);
    }

    @Test
    void refusesLifetimesOverTheirLimit() {
        PublicKey key = USER.publicKey();
        long device = DeviceCertificate.MAXIMUM_LIFETIME_MILLIS;
        assertThat(new DeviceCertificate(key, key, NOW, NOW + device, 1).deviceNumber()).isOne();
        assertThatThrownBy(() -> new DeviceCertificate(key, key, NOW, NOW + device + 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceCertificate(key, key, NOW, NOW, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceCertificate(key, key, -1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceCertificate(key, key, NOW, NOW + 1, 0))
                .hasMessage("device number: 0 (expected: 1 or more)");
        ByteString prekey = hex("00".repeat(32));
        long span = SignedPrekey.MAXIMUM_LIFETIME_MILLIS;
        assertThat(new SignedPrekey(key, 0, prekey, NOW, NOW + span).id()).isZero();
        assertThatThrownBy(() -> new SignedPrekey(key, 0, prekey, NOW, NOW + span + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignedPrekey(key, 0, hex("00"), NOW, NOW + 1))
                .hasMessage("prekey: 1 bytes (expected: 32 bytes)");
    }

    @Test
    void takesOneToThreeRelaysAndOneToEightDevices() {
        assertThat(withCounts(1, 1).relays()).hasSize(1);
        assertThat(withCounts(3, 8).devices()).hasSize(8);
        assertThat(verify(withCounts(3, 8).sign(NETWORK, USER).signed()).toOptional()).isPresent();
        for (int[] counts : new int[][]{{0, 1}, {4, 1}, {1, 0}, {1, 9}}) {
            assertThatThrownBy(() -> withCounts(counts[0], counts[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesForeignAndTooShortParts() {
        UserRecord good = Samples.user(USER);
        SigningKey other = Samples.key(52);
        assertThatThrownBy(() -> new UserRecord(USER.publicKey(), good.relays(),
                Samples.prekey(other).sign(NETWORK, other), good.devices(), 0, NOW + DAY))
                .hasMessageStartingWith("part signed by ");
        assertThatThrownBy(() -> new UserRecord(USER.publicKey(), good.relays(), good.prekey(),
                List.of(Samples.device(other, 1).sign(NETWORK, other)), 0, NOW + DAY))
                .hasMessageStartingWith("part signed by ");
        assertThatThrownBy(() -> new UserRecord(USER.publicKey(), good.relays(), good.prekey(),
                good.devices(), 0, NOW + 50 * DAY + 1)).hasMessageStartingWith("expires_at: ");
        PeerId twice = good.relays().getFirst();
        assertThatThrownBy(() -> new UserRecord(USER.publicKey(), List.of(twice, twice),
                good.prekey(), good.devices(), 0, NOW + DAY))
                .hasMessage("relays: a repetition (expected: all different)");
        assertThatThrownBy(() -> good.sign(NETWORK, other)).hasMessageStartingWith("signing key: ");
    }

    /// What a hostile owner may sign well.
    @Test
    void refusesWellSignedNonsense() throws InvalidProtocolBufferException {
        var good = network.dchat.wire.v1.UserRecord.newBuilder()
                .mergeFrom(Samples.user(USER).sign(NETWORK, USER).signed().getBody());
        assertThat(code(signed(good.clone().clearPrekey()))).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(signed(good.clone().addRelays(hex("00")))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(signed(good.clone().setRelays(0, hex("00")))))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(signed(good.clone().clearRelays()))).isEqualTo(RejectionCode.INVALID);
        assertThat(code(signed(good.clone().clearDeviceCertificates())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(signed(good.clone().setSequence(-1)))).isEqualTo(RejectionCode.INVALID);
        assertThat(code(signed(good.clone().setExpiresAt(-1)))).isEqualTo(RejectionCode.EXPIRED);
        SigningKey other = Samples.key(52);
        assertThat(code(signed(good.clone().setDeviceCertificates(0,
                Samples.device(other, 1).sign(NETWORK, other).signed()))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(verify(Samples.signed(SignatureKind.USER_RECORD, hex("0a05"), USER))))
                .isEqualTo(RejectionCode.MALFORMED);
    }

    @Test
    void measuresBeforeItVerifies() {
        SignedBytes small = Samples.signed(SignatureKind.USER_RECORD, ByteString.EMPTY, USER);
        int overhead = small.getSerializedSize() + 3;
        ByteString most = ByteString.copyFrom(new byte[SignedRecords.MAXIMUM_SIZE - overhead]);
        SignedBytes atLimit = small.toBuilder().setBody(most).build();
        assertThat(atLimit.getSerializedSize()).isEqualTo(SignedRecords.MAXIMUM_SIZE);
        assertThat(code(verify(atLimit))).isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(verify(atLimit.toBuilder().setBody(most.concat(hex("00"))).build())))
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void keepsFieldsOfLaterVersionsInTheSignedBytes() {
        ByteString later = Samples.user(USER).sign(NETWORK, USER).signed().getBody()
                .concat(hex("9a0603010203"));
        assertThat(verify(Samples.signed(SignatureKind.USER_RECORD, later, USER)).toOptional())
                .contains(Samples.user(USER));
    }

    @Seeds(count = 60)
    void neverThrowsOnDamage(Generator generator) {
        SignedBytes good = Samples.user(USER).sign(NETWORK, USER).signed();
        SignedBytes bad = Samples.damaged(good, generator);
        assertThat(verify(bad).toOptional().isPresent()).isEqualTo(bad.equals(good));
        ByteString body = Samples.damaged(good.getBody(), generator);
        assertThat(verify(Samples.signed(SignatureKind.USER_RECORD, body, USER))).isNotNull();
        ByteString noise = ByteString.copyFrom(generator.bytes(0, 200));
        SignedBytes device = Samples.signed(SignatureKind.DEVICE_CERTIFICATE, noise, USER);
        assertThat(DeviceCertificate.verify(device, NETWORK, NOW).refusal()).isPresent();
        SignedBytes prekey = Samples.signed(SignatureKind.PREKEY, noise, USER);
        assertThat(SignedPrekey.verify(prekey, NETWORK, NOW).refusal()).isPresent();
    }

    private static UserRecord withCounts(int relays, int devices) {
        return new UserRecord(USER.publicKey(),
                IntStream.range(0, relays).mapToObj(Samples::key)
                        .map(key -> PeerId.of(key.publicKey())).toList(),
                Samples.prekey(USER).sign(NETWORK, USER),
                IntStream.range(0, devices)
                        .mapToObj(number -> Samples.device(USER, number + 1).sign(NETWORK, USER))
                        .toList(),
                0, NOW + DAY);
    }

    private static Verified<UserRecord> signed(network.dchat.wire.v1.UserRecord.Builder body) {
        return verify(Samples.signed(SignatureKind.USER_RECORD, body.build().toByteString(), USER));
    }

    private static Verified<UserRecord> verify(SignedBytes signed) {
        return UserRecord.verify(signed, NETWORK, NOW);
    }

    private static RejectionCode code(Verified<?> verified) {
        return verified.refusal().orElseThrow().code();
    }
}
