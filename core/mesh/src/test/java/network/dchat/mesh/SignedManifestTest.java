package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class SignedManifestTest {
    private static final SigningKey GATEWAY = Keys.key(7);
    private static final Manifest.Stored MANIFEST = new ObjectCodec(ErasureScheme.TEN_FIVE)
            .describe(Keys.name("a", 1), Keys.bytes(1_000, 1), Keys.NOW, Keys.NOW + Keys.DAY);

    @Test
    void ownerDeviceAndHolderOfAGrantMaySign() {
        for (SignedManifest signed : List.of(
                SignedManifest.byOwner(MANIFEST, Keys.NETWORK, Keys.OWNER),
                SignedManifest.byDevice(MANIFEST, Keys.NETWORK, Keys.DEVICE, Keys.CERTIFICATE),
                SignedManifest.byHolder(MANIFEST, Keys.NETWORK, GATEWAY,
                        grant(GrantAction.WRITE_COLLECTION, ObjectName.HISTORY)))) {
            assertThat(SignedManifest.verify(signed.certified(), Keys.NETWORK).toOptional())
                    .contains(signed);
        }
    }

    @Test
    void aTombstoneRoundTrips() {
        Manifest deleted = new Manifest.Deleted(Keys.name("a", 2), Keys.NOW, Keys.NOW + Keys.DAY);
        SignedManifest signed = SignedManifest.byOwner(deleted, Keys.NETWORK, Keys.OWNER);

        assertThat(SignedManifest.verify(signed.certified(), Keys.NETWORK).orElseThrow().manifest())
                .isEqualTo(deleted);
    }

    @Test
    void nobodyElseMaySign() {
        assertThat(
                refusal(SignedManifest.byOwner(MANIFEST, Keys.NETWORK, Keys.STRANGER).certified()))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(refusal(SignedManifest
                .byDevice(MANIFEST, Keys.NETWORK, Keys.STRANGER, Keys.CERTIFICATE).certified()))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(
                refusal(SignedManifest
                        .byHolder(MANIFEST, Keys.NETWORK, Keys.STRANGER,
                                grant(GrantAction.WRITE_COLLECTION, ObjectName.HISTORY))
                        .certified()))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
    }

    @Test
    void aGrantCountsForItsActionAndCollectionAlone() {
        for (CertifiedGrant grant : List.of(grant(GrantAction.READ_COLLECTION, ObjectName.HISTORY),
                grant(GrantAction.WRITE_COLLECTION, "pictures"))) {
            assertThat(refusal(
                    SignedManifest.byHolder(MANIFEST, Keys.NETWORK, GATEWAY, grant).certified()))
                    .isEqualTo(RejectionCode.NOT_AUTHORISED);
        }
    }

    @Test
    void aSignatureCountsForItsNetworkAndBytesAlone() {
        CertifiedManifest good = SignedManifest.byOwner(MANIFEST, Keys.NETWORK, Keys.OWNER)
                .certified();
        assertThat(SignedManifest.verify(good, Keys.OTHER_NETWORK).refusal().map(Rejection::code))
                .contains(RejectionCode.BAD_SIGNATURE);
        ByteString body = good.getManifest().getBody();
        CertifiedManifest changed = good.toBuilder()
                .setManifest(
                        good.getManifest().toBuilder().setBody(body.substring(0, body.size() - 1)))
                .build();
        assertThat(refusal(changed)).isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(refusal(CertifiedManifest.getDefaultInstance()))
                .isEqualTo(RejectionCode.UNSIGNED);
    }

    @Test
    void bodiesThatBreakARuleAreRefused() {
        var good = network.dchat.wire.v1.Manifest.newBuilder();
        assertThat(parse(MANIFEST.encode())).isEmpty();
        try {
            good.mergeFrom(MANIFEST.encode());
        } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
        for (var bad : List.of(good.clone().setMatrixVersion(2), good.clone().setStripes(2),
                good.clone().setLength(2_000), good.clone().setLength(-1),
                good.clone().setDataShards(9), good.clone().setParityShards(0),
                good.clone().setShardLength(-5), good.clone().setVersion(-1),
                good.clone().setOwner(ByteString.EMPTY), good.clone().setName(""),
                good.clone().setName("x".repeat(129)), good.clone().setCollection(""),
                good.clone().setCollection("x".repeat(65)), good.clone().setDeleted(true),
                good.clone().addShardHashes(Keys.bytes(32, 1)),
                good.clone().setShardHashes(3, Keys.bytes(31, 1)),
                good.clone().setExpiresAt(Keys.NOW), good.clone().setCreatedAt(-1),
                good.clone().setExpiresAt(Keys.NOW + Manifest.MAXIMUM_LIFETIME_MILLIS + 1))) {
            assertThat(parse(bad.build().toByteString())).as(bad.toString())
                    .contains(RejectionCode.INVALID);
        }
        assertThat(parse(ByteString.copyFromUtf8("\377\377"))).contains(RejectionCode.MALFORMED);
        assertThat(parse(good.clone().setName("x".repeat(128)).setCollection("x".repeat(64))
                .setExpiresAt(Keys.NOW + Manifest.MAXIMUM_LIFETIME_MILLIS).build().toByteString()))
                .isEmpty();
    }

    @Test
    void namesDoNotRunIntoEachOther() {
        WalletAddress owner = Keys.ADDRESS;
        assertThat(new ObjectName(owner, "ab", "c", 1).id())
                .isNotEqualTo(new ObjectName(owner, "a", "bc", 1).id());
        assertThat(Keys.name("a", 1).id()).isNotEqualTo(Keys.name("a", 1).next().id());
        assertThatThrownBy(() -> new ObjectName(owner, "é".repeat(33), "a", 1))
                .hasMessageContaining("collection bytes: 66");
    }

    @Test
    void manifestsOverTheSizeLimitAreNotEvenVerified() {
        CertifiedManifest large = CertifiedManifest.newBuilder()
                .setManifest(Signatures.sign(SignatureKind.MANIFEST, Keys.NETWORK,
                        Keys.bytes(SignedManifest.MAXIMUM_SIZE, 1), Keys.OWNER))
                .build();
        assertThat(refusal(large)).isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void theManifestOfTheLargestObjectFits() {
        StripeLayout layout = StripeLayout.of(ErasureScheme.TEN_FIVE, StripeLayout.MAXIMUM_LENGTH);
        Manifest manifest = new Manifest.Stored(Keys.name("a", 1), layout,
                java.util.Collections.nCopies(layout.shards(), network.dchat.identity.Hash.ZERO),
                Keys.NOW, Keys.NOW + 1);
        SignedManifest signed = SignedManifest.byDevice(manifest, Keys.NETWORK, Keys.DEVICE,
                Keys.CERTIFICATE);
        assertThat(SignedManifest.verify(signed.certified(), Keys.NETWORK).toOptional())
                .contains(signed);
    }

    @Test
    void grantsExpireAndBelongToTheirOwner() {
        CertifiedGrant grant = grant(GrantAction.READ_COLLECTION, ObjectName.HISTORY);
        PeerId gateway = PeerId.of(GATEWAY.publicKey());
        AccessGrant read = AccessGrant.verify(grant, Keys.NETWORK, Keys.NOW).orElseThrow();

        assertThat(read.permits(gateway, GrantAction.READ_COLLECTION, Keys.ADDRESS, "history"))
                .isTrue();
        assertThat(read.permits(gateway, GrantAction.DELETE_COLLECTION, Keys.ADDRESS, "history"))
                .isFalse();
        assertThat(read.permits(PeerId.of(Keys.STRANGER.publicKey()), GrantAction.READ_COLLECTION,
                Keys.ADDRESS, "history")).isFalse();
        assertThat(AccessGrant.verify(grant, Keys.NETWORK, Keys.NOW + Keys.DAY).refusal()
                .map(Rejection::code)).contains(RejectionCode.EXPIRED);
        assertThat(AccessGrant.verify(grant, Keys.NETWORK, Keys.NOW - 60_001).refusal()
                .map(Rejection::code)).contains(RejectionCode.FUTURE_DATED);
        assertThat(AccessGrant.verify(grant, Keys.OTHER_NETWORK, Keys.NOW).refusal()
                .map(Rejection::code)).contains(RejectionCode.BAD_SIGNATURE);
        AccessGrant stolen = new AccessGrant(gateway, List.of(GrantAction.READ_COLLECTION),
                WalletAddress.of(Keys.STRANGER.publicKey()), "history", Keys.NOW,
                Keys.NOW + Keys.DAY);
        assertThat(AccessGrant.verify(stolen.sign(Keys.NETWORK, Keys.DEVICE, Keys.CERTIFICATE),
                Keys.NETWORK, Keys.NOW).refusal().map(Rejection::code))
                .contains(RejectionCode.NOT_AUTHORISED);
        assertThat(AccessGrant.verify(stolen.sign(Keys.NETWORK, Keys.STRANGER, Keys.CERTIFICATE),
                Keys.NETWORK, Keys.NOW).refusal().map(Rejection::code))
                .contains(RejectionCode.NOT_AUTHORISED);
    }

    private static CertifiedGrant grant(GrantAction action, String collection) {
        return new AccessGrant(PeerId.of(GATEWAY.publicKey()), List.of(action), Keys.ADDRESS,
                collection, Keys.NOW, Keys.NOW + Keys.DAY)
                .sign(Keys.NETWORK, Keys.DEVICE, Keys.CERTIFICATE);
    }

    private static RejectionCode refusal(CertifiedManifest manifest) {
        return SignedManifest.verify(manifest, Keys.NETWORK).refusal().orElseThrow().code();
    }

    private static java.util.Optional<RejectionCode> parse(ByteString body) {
        return Manifest.decode(body).refusal().map(Rejection::code);
    }
}
