package network.dchat.relay;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.SizeBuckets;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Submission;

/// A user's keys and what they sign. Everything follows from the name.
///
/// @param name    of the user
/// @param network what is signed for
record TestUser(String name, NetworkId network) {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    static Hash hash(String text) {
        return Sha256.of(ByteString.copyFromUtf8(text));
    }

    static SigningKey key(String name) {
        return SigningKey.fromSeed(hash(name).bytes());
    }

    SigningKey identity() {
        return key(name);
    }

    SigningKey device() {
        return key(name + "/device");
    }

    /// The key of the user's node, which TLS shows.
    SigningKey node() {
        return key(name + "/node");
    }

    PeerId peer() {
        return PeerId.of(node().publicKey());
    }

    WalletAddress address() {
        return WalletAddress.of(identity().publicKey());
    }

    Certified<DeviceCertificate> certificate(long nowMillis) {
        return new DeviceCertificate(identity().publicKey(), device().publicKey(), nowMillis - DAY,
                nowMillis + 100 * DAY, 1).sign(network, identity());
    }

    SignedBytes record(List<PeerId> relays, long nowMillis) {
        SigningKey key = identity();
        return new UserRecord(key.publicKey(), relays,
                new SignedPrekey(key.publicKey(), 1, hash(name + "/prekey").bytes(),
                        nowMillis - DAY, nowMillis + 50 * DAY).sign(network, key),
                List.of(certificate(nowMillis)), nowMillis, nowMillis + 20 * DAY).sign(network, key)
                .signed();
    }

    /// An envelope whose ciphertext follows from a number.
    static Envelope envelope(TestUser to, String number, long expiresAtMillis) {
        byte[] text = new byte[SizeBuckets.SMALLEST];
        hash(number).bytes().copyTo(text, 0);
        return Envelope.newBuilder().setRecipient(to.address().bytes())
                .setExpiresAt(expiresAtMillis).setCiphertext(ByteString.copyFrom(text)).build();
    }

    MessageId id(Envelope envelope) {
        return MessageId.of(network, envelope).orElseThrow();
    }

    static ByteString secret(String number) {
        return hash(number + "/secret").bytes();
    }

    Opening opening(Envelope envelope, String number) {
        return Opening.of(id(envelope), secret(number));
    }

    SignedBytes submission(Envelope envelope, String number) {
        return Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION, network,
                Submission.newBuilder().setEnvelope(envelope)
                        .setCommitment(opening(envelope, number).commitment().bytes()).build()
                        .toByteString(),
                device());
    }

    /// What this user gives the relay from which it got a message.
    SignedDelivery delivery(Envelope envelope, String number, PeerId relay, ReturnHandle handle,
            long nowMillis) {
        return SignedDelivery.newBuilder()
                .setReceipt(
                        DeliveryReceipt.sign(network, device(), id(envelope), address(), nowMillis))
                .setClaim(DeliveryClaim.sign(network, ClaimKey.derive(secret(number)), relay,
                        opening(envelope, number).commitment()))
                .setOpening(opening(envelope, number).hash().bytes())
                .setDeviceCertificate(certificate(nowMillis).signed()).setReturnHandle(handle)
                .build();
    }
}
