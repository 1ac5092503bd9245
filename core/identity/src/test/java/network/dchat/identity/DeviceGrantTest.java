package network.dchat.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceGrantTest {
    private static final SigningKey IDENTITY = Samples.key(1);
    private static final SigningKey DEVICE = Samples.key(1001);
    private static final SignedBytes CERTIFICATE = Samples.device(IDENTITY, 1)
            .sign(Samples.NETWORK, IDENTITY).signed();
    private static final WalletAddress OWNER = WalletAddress.of(IDENTITY.publicKey());
    private static final PeerId HOLDER = PeerId.of(Samples.key(2).publicKey());
    private static final PeerId OTHER = PeerId.of(Samples.key(3).publicKey());

    @ParameterizedTest
    @ValueSource(strings = {DeviceGrant.MAILBOX, "history"})
    void permitsWhatItSaysAndNothingElse(String collection) {
        DeviceGrant grant = grant(OWNER, collection);
        DeviceGrant found = verify(sign(grant), Samples.NOW).orElseThrow();

        assertThat(found).isEqualTo(grant);
        assertThat(found.permits(HOLDER, GrantAction.READ_MAILBOX, OWNER, collection)).isTrue();
        assertThat(found.permits(OTHER, GrantAction.READ_MAILBOX, OWNER, collection)).isFalse();
        assertThat(found.permits(HOLDER, GrantAction.READ_COLLECTION, OWNER, collection)).isFalse();
        assertThat(found.permits(HOLDER, GrantAction.READ_MAILBOX,
                WalletAddress.of(DEVICE.publicKey()), collection)).isFalse();
        assertThat(found.permits(HOLDER, GrantAction.READ_MAILBOX, OWNER, "other")).isFalse();
    }

    @Test
    void holdsFromItsIssueUntilItExpires() {
        CertifiedGrant signed = sign(grant(OWNER, "history"));
        long tolerance = SignedRecords.CLOCK_TOLERANCE_MILLIS;

        assertThat(verify(signed, Samples.NOW + Samples.DAY - 1).refusal()).isEmpty();
        assertThat(code(signed, Samples.NOW + Samples.DAY)).isEqualTo(RejectionCode.EXPIRED);
        assertThat(verify(signed, Samples.NOW - tolerance).refusal()).isEmpty();
        assertThat(code(signed, Samples.NOW - tolerance - 1)).isEqualTo(RejectionCode.FUTURE_DATED);
    }

    @Test
    void belongsToTheOwnerOfTheDevice() {
        DeviceGrant stolen = grant(WalletAddress.of(Samples.key(4).publicKey()), "history");
        assertThat(code(sign(stolen), Samples.NOW)).isEqualTo(RejectionCode.NOT_AUTHORISED);

        CertifiedGrant good = sign(grant(OWNER, "history"));
        SignedBytes byAnother = Samples.signed(SignatureKind.GRANT, good.getGrant().getBody(),
                Samples.key(5));
        assertThat(code(good.toBuilder().setGrant(byAnother).build(), Samples.NOW))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        SignedBytes asAnotherKind = Samples.signed(SignatureKind.ATTACH, good.getGrant().getBody(),
                DEVICE);
        assertThat(code(good.toBuilder().setGrant(asAnotherKind).build(), Samples.NOW))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(good.toBuilder().clearDeviceCertificate().build(), Samples.NOW))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThatIllegalArgumentException().isThrownBy(
                () -> grant(OWNER, "history").sign(Samples.NETWORK, IDENTITY, CERTIFICATE));
    }

    @Test
    void refusesBodiesOutOfRange() {
        Grant good = Grant.newBuilder().setHolder(HOLDER.toBytes())
                .addActions(GrantAction.READ_MAILBOX).setOwner(OWNER.bytes())
                .setIssuedAt(Samples.NOW).setExpiresAt(Samples.NOW + 1).build();
        long longest = Samples.NOW + DeviceGrant.MAXIMUM_LIFETIME_MILLIS;

        assertThat(verify(signed(good.toByteString()), Samples.NOW).refusal()).isEmpty();
        assertThat(verify(signed(good.toBuilder().setExpiresAt(longest).build().toByteString()),
                Samples.NOW).refusal()).isEmpty();
        for (Grant bad : List.of(good.toBuilder().clearActions().build(),
                good.toBuilder().setExpiresAt(longest + 1).build(),
                good.toBuilder().setExpiresAt(Samples.NOW).build(),
                good.toBuilder().setIssuedAt(-1).build(),
                good.toBuilder().setHolder(OWNER.bytes()).build(),
                good.toBuilder().setCollection("x".repeat(65)).build())) {
            assertThat(code(signed(bad.toByteString()), Samples.NOW)).as(bad.toString())
                    .isEqualTo(RejectionCode.INVALID);
        }
        assertThat(code(signed(ByteString.copyFromUtf8("no grant")), Samples.NOW))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(
                code(signed(ByteString.copyFrom(new byte[DeviceGrant.MAXIMUM_SIZE])), Samples.NOW))
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    private static DeviceGrant grant(WalletAddress owner, String collection) {
        return new DeviceGrant(DEVICE.publicKey(), HOLDER, List.of(GrantAction.READ_MAILBOX), owner,
                collection, Samples.NOW, Samples.NOW + Samples.DAY);
    }

    private static CertifiedGrant sign(DeviceGrant grant) {
        return grant.sign(Samples.NETWORK, DEVICE, CERTIFICATE);
    }

    private static CertifiedGrant signed(ByteString body) {
        return CertifiedGrant.newBuilder()
                .setGrant(Samples.signed(SignatureKind.GRANT, body, DEVICE))
                .setDeviceCertificate(CERTIFICATE).build();
    }

    private static Verified<DeviceGrant> verify(CertifiedGrant grant, long atMillis) {
        return DeviceGrant.verify(grant, Samples.NETWORK, atMillis);
    }

    private static RejectionCode code(CertifiedGrant grant, long atMillis) {
        return verify(grant, atMillis).refusal().orElseThrow().code();
    }
}
