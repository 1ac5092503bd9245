package network.dchat.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.ForwardResult;
import network.dchat.wire.v1.ForwardedEnvelope;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.Submission;
import org.junit.jupiter.api.Test;

/// Strangers who lie: each lie is refused under its own name.
class InspectorTest {
    private static final long NOW = People.EPOCH;
    private static final long LATER = NOW + TimeUnit.DAYS.toMillis(1);
    private static final Inspector INSPECTOR = new Inspector(People.NETWORK,
            People.relay("relay1"));

    @Test
    void takesASubmissionOfItsDevice() {
        Envelope envelope = envelope(LATER);
        SignedBytes signed = People.submission("alice", envelope, 1);
        VerifiedSubmission submission = INSPECTOR
                .submission(signed, People.device("alice").publicKey(), NOW).orElseThrow();
        assertThat(submission.id()).isEqualTo(People.id(envelope));
        assertThat(submission.recipient()).isEqualTo(People.address("bob"));
    }

    @Test
    void refusesSubmissionsThatLie() {
        SignedBytes good = People.submission("alice", envelope(LATER), 1);
        assertThat(refusal(good.toBuilder().clearSignature().build()))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThat(refusal(good.toBuilder().clearPublicKey().build()))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThat(refusal(good.toBuilder()
                .setBody(good.getBody().concat(ByteString.copyFromUtf8("x"))).build()))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(refusal(Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION,
                new NetworkId(People.hash("other")), good.getBody(), People.device("alice"))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(refusal(Signatures.sign(SignatureKind.RECEIPT, People.NETWORK, good.getBody(),
                People.device("alice")))).isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(refusal(People.submission("bob", envelope(LATER), 1)))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(refusal(signed(ByteString.copyFromUtf8("\u0000nothing"))))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(refusal(signed(good.getBody().substring(0, 100))))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(refusal(signed(ByteString.copyFrom(new byte[80 * 1024]))))
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void refusesEnvelopesOutOfForm() {
        Envelope good = envelope(LATER);
        assertThat(refusal(submission(good.toBuilder().clearRecipient().build())))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(refusal(submission(envelope(NOW)))).isEqualTo(RejectionCode.EXPIRED);
        assertThat(refusal(submission(good.toBuilder().clearExpiresAt().build())))
                .isEqualTo(RejectionCode.EXPIRED);
        assertThat(refusal(submission(envelope(
                NOW + Inspector.MAXIMUM_LIFETIME_MILLIS + Inspector.CLOCK_TOLERANCE_MILLIS + 1))))
                .isEqualTo(RejectionCode.FUTURE_DATED);
        assertThat(refusal(submission(envelope(-1)))).isEqualTo(RejectionCode.FUTURE_DATED);
        assertThat(INSPECTOR.submission(
                submission(envelope(NOW + Inspector.MAXIMUM_LIFETIME_MILLIS
                        + Inspector.CLOCK_TOLERANCE_MILLIS)),
                People.device("alice").publicKey(), NOW).refusal()).isEmpty();
        assertThat(refusal(submission(
                good.toBuilder().setCiphertext(ByteString.copyFrom(new byte[600])).build())))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(submission(good.toBuilder()
                .setCiphertext(ByteString.copyFrom(new byte[64 * 1024 + 1])).build())))
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void followsHopsFromRelayToRelay() {
        Envelope envelope = envelope(LATER);
        VerifiedForward one = INSPECTOR
                .forward(forwarded(envelope, "relay2", "relay1"), People.relay("relay2"), NOW)
                .orElseThrow();
        assertThat(one.path()).containsExactly(People.relay("relay2"));
        assertThat(INSPECTOR.forward(forwarded(envelope, "relay4", "relay3", "relay2", "relay1"),
                People.relay("relay2"), NOW).refusal()).isEmpty();
    }

    @Test
    void refusesHopsThatAreNoPath() {
        Envelope envelope = envelope(LATER);
        ForwardedEnvelope good = forwarded(envelope, "relay2", "relay1");
        assertThat(forwardRefusal(good.toBuilder().clearHops().build(), "relay2"))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(
                forwarded(envelope, "relay5", "relay4", "relay3", "relay2", "relay1"), "relay2"))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(good, "relay3")).isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(forwarded(envelope, "relay2", "relay3"), "relay2"))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(forwarded(envelope, "relay1", "relay2", "relay1"), "relay2"))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(forwarded(envelope(LATER + 1), "relay2", "relay1").toBuilder()
                .setEnvelope(envelope).build(), "relay2")).isEqualTo(RejectionCode.INVALID);
        assertThat(forwardRefusal(
                good.toBuilder().setHops(0, good.getHops(0).toBuilder().clearSignature()).build(),
                "relay2")).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(forwardRefusal(
                good.toBuilder()
                        .setHops(0,
                                good.getHops(0).toBuilder()
                                        .setSignature(ByteString.copyFrom(new byte[64])))
                        .build(),
                "relay2")).isEqualTo(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void takesAnswersOnlyFromTheRelayThatSigned() {
        MessageId id = People.id(envelope(LATER));
        SignedBytes stored = Signatures.sign(
                SignatureKind.STORED, People.NETWORK, Stored.newBuilder().setMessageId(id.bytes())
                        .setExpiresAt(LATER).setStoredAt(NOW).build().toByteString(),
                People.key("relay2"));
        ForwardResult result = ForwardResult.newBuilder().setMessageId(id.bytes()).setStored(stored)
                .build();
        assertThat(INSPECTOR.answer(result, People.relay("relay2")).orElseThrow())
                .isEqualTo(new ForwardAnswer.Durable(id, LATER, stored));
        assertThat(code(INSPECTOR.answer(result, People.relay("relay3"))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(INSPECTOR.answer(
                result.toBuilder().setMessageId(People.hash("other").bytes()).build(),
                People.relay("relay2")))).isEqualTo(RejectionCode.INVALID);
        assertThat(
                code(INSPECTOR.answer(ForwardResult.newBuilder().setMessageId(id.bytes()).build(),
                        People.relay("relay2"))))
                .isEqualTo(RejectionCode.UNKNOWN_KIND);
    }

    @Test
    void takesReceiptsOfTheRecipientsDeviceForThisRelay() {
        SignedDelivery good = delivery("relay1");
        VerifiedDelivery taken = INSPECTOR.delivery(good, NOW).orElseThrow();
        assertThat(taken.recipient()).isEqualTo(People.address("bob"));
        assertThat(code(INSPECTOR.delivery(delivery("relay2"), NOW)))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(INSPECTOR.delivery(
                good.toBuilder().setDeviceCertificate(People.certificate("alice")).build(), NOW)))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(code(INSPECTOR.delivery(good.toBuilder().clearDeviceCertificate().build(), NOW)))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(INSPECTOR.delivery(good, NOW + TimeUnit.DAYS.toMillis(400))))
                .isEqualTo(RejectionCode.EXPIRED);
        assertThat(
                code(INSPECTOR.delivery(
                        good.toBuilder()
                                .setReturnHandle(ReturnHandle.newBuilder()
                                        .setRelay(People.relay("relay2").toBytes())
                                        .setToken(ByteString.copyFrom(new byte[129])))
                                .build(),
                        NOW)))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(INSPECTOR.returned(ReturnedReceipt.newBuilder()
                .setReceipt(good.getReceipt()).setDeviceCertificate(good.getDeviceCertificate())
                .setId(ByteString.copyFrom(new byte[15])).build(), NOW)))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(INSPECTOR.returned(ReturnedReceipt.newBuilder().setReceipt(good.getReceipt())
                .setDeviceCertificate(good.getDeviceCertificate())
                .setId(ByteString.copyFrom(new byte[16])).build(), NOW).refusal()).isEmpty();
    }

    @Test
    void refusesOpeningsThatDoNotLeadFromTheClaimKeyToTheCommitment() {
        SignedDelivery good = delivery("relay1");
        MessageId id = People.id(envelope(LATER));
        assertThat(code(INSPECTOR.delivery(good.toBuilder().clearOpening().build(), NOW)))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(INSPECTOR.delivery(
                good.toBuilder().setOpening(good.getOpening().substring(1)).build(), NOW)))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(INSPECTOR.delivery(good.toBuilder()
                .setOpening(Opening.of(id, People.secret("alice", 2)).hash().bytes()).build(),
                NOW))).isEqualTo(RejectionCode.INVALID);
        assertThat(code(INSPECTOR.delivery(
                good.toBuilder()
                        .setClaim(DeliveryClaim.sign(People.NETWORK, People.key("mallory"),
                                People.relay("relay1"),
                                Opening.of(id, People.secret("alice", 1)).commitment()))
                        .build(),
                NOW))).isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void opensAMailboxForItsOwnDevice() {
        AttachHello hello = hello("alice", connection("nonce"));
        VerifiedAttachment opened = AttachProofs
                .verify(People.NETWORK, connection("nonce"), hello, NOW).orElseThrow();
        assertThat(opened.address()).isEqualTo(People.address("alice"));
        assertThat(opened.role()).isEqualTo(AttachmentRole.OWNER);
        assertThat(attachCode(connection("other nonce"), hello)).isEqualTo(RejectionCode.REPLAYED);
        assertThat(attachCode(new AttachProofs.Connection(People.hash("nonce").bytes(),
                People.relay("relay1"), People.relay("mallory")), hello))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(attachCode(connection("nonce"),
                hello.toBuilder().setDeviceCertificate(People.certificate("bob")).build()))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(attachCode(connection("nonce"), hello.toBuilder().clearProof().build()))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThat(attachCode(connection("nonce"),
                hello.toBuilder().setUserRecord(
                        People.route("bob", 1, List.of(People.relay("relay1")), NOW).record())
                        .build()))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
    }

    @Test
    void opensAMailboxForAHolderWithAGrant() {
        AttachProofs.Connection connection = connection("nonce");
        AttachHello hello = granted(grant(connection.client(), LATER));
        VerifiedAttachment opened = AttachProofs.verify(People.NETWORK, connection, hello, NOW)
                .orElseThrow();
        assertThat(opened.role()).isEqualTo(AttachmentRole.HOLDER);
        assertThat(opened.device()).isEqualTo(People.device("alice").publicKey());
        assertThat(attachCode(connection, granted(grant(connection.client(), NOW))))
                .isEqualTo(RejectionCode.EXPIRED);
        assertThat(attachCode(connection, granted(grant(People.relay("other"), LATER))))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(attachCode(connection,
                granted(grant(connection.client(), LATER).toBuilder().clearActions()
                        .addActions(GrantAction.READ_COLLECTION).build())))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
    }

    private static AttachHello granted(Grant grant) {
        return AttachHello.newBuilder()
                .setProof(AttachProofs.make(People.NETWORK, connection("nonce"),
                        People.address("alice"), People.key("alice/node")))
                .setGrant(CertifiedGrant.newBuilder()
                        .setGrant(Signatures.sign(SignatureKind.GRANT, People.NETWORK,
                                grant.toByteString(), People.device("alice")))
                        .setDeviceCertificate(People.certificate("alice")))
                .build();
    }

    private static Grant grant(PeerId holder, long expiresAt) {
        return Grant.newBuilder().setHolder(holder.toBytes()).addActions(GrantAction.READ_MAILBOX)
                .setOwner(People.address("alice").bytes()).setIssuedAt(NOW - 1)
                .setExpiresAt(expiresAt).build();
    }

    private static AttachHello hello(String user, AttachProofs.Connection connection) {
        return AttachHello.newBuilder()
                .setProof(AttachProofs.make(People.NETWORK, connection, People.address(user),
                        People.device(user)))
                .setDeviceCertificate(People.certificate(user)).build();
    }

    private static AttachProofs.Connection connection(String nonce) {
        return new AttachProofs.Connection(People.hash(nonce).bytes(), People.relay("relay1"),
                People.relay("alice/node"));
    }

    private static SignedDelivery delivery(String relay) {
        MessageId id = People.id(envelope(LATER));
        ByteString secret = People.secret("alice", 1);
        SigningKey claimKey = network.dchat.ledger.ClaimKey.derive(secret);
        return SignedDelivery.newBuilder()
                .setReceipt(DeliveryReceipt.sign(People.NETWORK, People.device("bob"), id,
                        People.address("bob"), NOW))
                .setClaim(DeliveryClaim.sign(People.NETWORK, claimKey, People.relay(relay),
                        Opening.of(id, secret).commitment()))
                .setOpening(Opening.of(id, secret).hash().bytes())
                .setDeviceCertificate(People.certificate("bob")).build();
    }

    private static Envelope envelope(long expiresAtMillis) {
        return People.envelope("bob", People.content("alice", 1, List.of()), expiresAtMillis);
    }

    private static SignedBytes submission(Envelope envelope) {
        return signed(Submission.newBuilder().setEnvelope(envelope)
                .setCommitment(People.hash("commitment").bytes()).build().toByteString());
    }

    private static SignedBytes signed(ByteString body) {
        return Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION, People.NETWORK, body,
                People.device("alice"));
    }

    private static ForwardedEnvelope forwarded(Envelope envelope, String... path) {
        List<SignedBytes> hops = new ArrayList<>();
        for (int index = 0; index + 1 < path.length; index++) {
            hops.add(Signatures.sign(SignatureKind.HOP, People.NETWORK,
                    Hop.newBuilder().setMessageId(People.id(envelope).bytes())
                            .setNext(People.relay(path[index + 1]).toBytes()).setAtMillis(NOW)
                            .build().toByteString(),
                    People.key(path[index])));
        }
        return ForwardedEnvelope.newBuilder().setEnvelope(envelope).addAllHops(hops).build();
    }

    private static RejectionCode refusal(SignedBytes submission) {
        return code(INSPECTOR.submission(submission, People.device("alice").publicKey(), NOW));
    }

    private static RejectionCode forwardRefusal(ForwardedEnvelope forwarded, String from) {
        return code(INSPECTOR.forward(forwarded, People.relay(from), NOW));
    }

    private static RejectionCode attachCode(AttachProofs.Connection connection, AttachHello hello) {
        return code(AttachProofs.verify(People.NETWORK, connection, hello, NOW));
    }

    private static RejectionCode code(Verified<?> verified) {
        Optional<Rejection> refusal = verified.refusal();
        return refusal.orElseThrow().code();
    }
}
