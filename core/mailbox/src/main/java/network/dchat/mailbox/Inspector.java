package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.ForwardResult;
import network.dchat.wire.v1.ForwardedEnvelope;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.Submission;

/// Checks what strangers send before the [Mailbox] sees it: form, sizes, ids and signatures.
/// Whatever needs the relay's state is left to the machine. Pure, and safe to be used by many
/// threads.
///
/// @param network whose messages are taken
/// @param self this relay
public record Inspector(NetworkId network, PeerId self) {
    /// Most hops between a sender's relay and the relay that holds a message.
    public static final int MAXIMUM_HOPS = 3;
    /// Longest life of a message.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(30);
    /// How far a stranger's clock may be ahead of ours.
    public static final long CLOCK_TOLERANCE_MILLIS = 60_000;
    /// Longest token of a return handle in bytes.
    public static final int MAXIMUM_TOKEN = 128;

    private static final int MAXIMUM_SIGNED = 1_024;

    /// A message that an attached user submits.
    ///
    /// @param device the key that must have signed it
    public Verified<VerifiedSubmission> submission(SignedBytes signed, PublicKey device,
            long nowMillis) {
        if (signed.getBody().size() > SizeBuckets.LARGEST + MAXIMUM_SIGNED) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "submission: too long");
        }
        return signature(SignatureKind.ENVELOPE_SUBMISSION, signed)
                .then(signer -> signer.equals(device)
                        ? decoded("submission", Submission.parser(), signed.getBody())
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "submission: signed by another device"))
                .then(submission -> envelope(submission.getEnvelope(), nowMillis)
                        .then(recipient -> commitment(submission.getCommitment())
                                .then(commitment -> Verified.accepted(new VerifiedSubmission(
                                        id(recipient, submission.getEnvelope()), recipient,
                                        submission.getEnvelope(), commitment)))));
    }

    /// An envelope that another relay passes on.
    ///
    /// @param from the relay, as TLS names it
    public Verified<VerifiedForward> forward(ForwardedEnvelope forwarded, PeerId from,
            long nowMillis) {
        if (forwarded.getHopsCount() < 1 || forwarded.getHopsCount() > MAXIMUM_HOPS) {
            return Verified.rejected(RejectionCode.INVALID,
                    "hops: " + forwarded.getHopsCount() + " (expected: 1 to " + MAXIMUM_HOPS + ")");
        }
        return envelope(forwarded.getEnvelope(), nowMillis).then(recipient -> {
            MessageId id = id(recipient, forwarded.getEnvelope());
            return path(id, forwarded.getHopsList(), from)
                    .then(path -> Verified.accepted(new VerifiedForward(id, recipient,
                            forwarded.getEnvelope(), forwarded.getHopsList(), path)));
        });
    }

    /// What another relay answers about an envelope.
    public Verified<ForwardAnswer> answer(ForwardResult result, PeerId from) {
        return messageId(result.getMessageId()).then(id -> switch (result.getResultCase()) {
            case REJECTION ->
                Verified.accepted(new ForwardAnswer.Declined(id, result.getRejection()));
            case STORED -> stored(result.getStored())
                    .then(found -> found.relay().equals(from) && found.id().equals(id)
                            ? Verified.accepted(new ForwardAnswer.Durable(id,
                                    found.expiresAtMillis(), result.getStored()))
                            : Verified.rejected(RejectionCode.INVALID,
                                    "stored: by another relay or of another message"));
            case RESULT_NOT_SET ->
                Verified.rejected(RejectionCode.UNKNOWN_KIND, "forward result: none");
        });
    }

    /// A home relay's signed word that it has a message durably.
    public Verified<VerifiedStored> stored(SignedBytes signed) {
        return small(SignatureKind.STORED, signed)
                .then(signer -> decoded("stored", Stored.parser(), signed.getBody())
                        .then(stored -> messageId(stored.getMessageId())
                                .then(id -> Verified.accepted(new VerifiedStored(PeerId.of(signer),
                                        id, stored.getExpiresAt(), signed)))));
    }

    /// A recipient's receipt, claim and opening. The opening must lead from the claim's key to the
    /// claim's commitment: else an audit of this delivery could not be passed.
    public Verified<VerifiedDelivery> delivery(SignedDelivery delivery, long nowMillis) {
        return receipt(delivery.getReceipt(), delivery.getDeviceCertificate(), nowMillis)
                .then(receipt -> claim(delivery).then(commitment -> {
                    if (delivery.hasReturnHandle() && (PeerId
                            .parse(delivery.getReturnHandle().getRelay()).isEmpty()
                            || delivery.getReturnHandle().getToken().size() > MAXIMUM_TOKEN)) {
                        return Verified.rejected(RejectionCode.MALFORMED, "return handle");
                    }
                    return Verified.accepted(new VerifiedDelivery(receipt.messageId(),
                            receipt.recipient(), commitment, delivery));
                }));
    }

    /// A receipt, or evidence about one, that came back along a return handle.
    public Verified<VerifiedReturn> returned(ReturnedReceipt returned, long nowMillis) {
        Optional<TransferId> transfer = TransferId.parse(returned.getId());
        if (transfer.isEmpty() || returned.getToken().size() > MAXIMUM_TOKEN) {
            return Verified.rejected(RejectionCode.MALFORMED, "returned receipt: id or token");
        }
        boolean evidence = returned.hasEvidence();
        SignedBytes receipt = evidence
                ? returned.getEvidence().getProof().getReceipt()
                : returned.getReceipt();
        SignedBytes certificate = evidence
                ? returned.getEvidence().getProof().getDeviceCertificate()
                : returned.getDeviceCertificate();
        return receipt(receipt, certificate, nowMillis).then(found -> {
            if (evidence
                    && !returned.getEvidence().getMessageId().equals(found.messageId().bytes())) {
                return Verified.rejected(RejectionCode.INVALID, "evidence: of another message");
            }
            return Verified
                    .accepted(new VerifiedReturn(transfer.get(), found.messageId(), returned));
        });
    }

    /// A receipt by a device of its recipient.
    public Verified<DeliveryReceipt> receipt(SignedBytes signed, SignedBytes certificate,
            long nowMillis) {
        return DeliveryReceipt.verify(network, signed)
                .then(receipt -> DeviceCertificate.verify(certificate, network, nowMillis)
                        .then(device -> device.deviceKey().equals(receipt.deviceKey())
                                && device.address().equals(receipt.recipient())
                                        ? Verified.accepted(receipt)
                                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                                "receipt: by another's device")));
    }

    /// The commitment that a claim for this relay names and its opening leads to.
    private Verified<OrderCommitment> claim(SignedDelivery delivery) {
        return DeliveryClaim.verify(network, delivery.getClaim()).then(claim -> {
            if (!claim.relay().equals(self)) {
                return Verified.rejected(RejectionCode.INVALID, "claim: for another relay");
            }
            Optional<Hash> opening = Hash.parse(delivery.getOpening());
            if (opening.isEmpty()) {
                return Verified.rejected(RejectionCode.MALFORMED, "opening: "
                        + delivery.getOpening().size() + " bytes (expected: " + Hash.LENGTH + ")");
            }
            return OrderCommitment.of(opening.get(), claim.claimKey()).equals(claim.commitment())
                    ? Verified.accepted(claim.commitment())
                    : Verified.rejected(RejectionCode.INVALID,
                            "opening: does not lead to the claim's commitment");
        });
    }

    /// The relays that signed the hops: each names the next one, none comes twice, this one not at
    /// all.
    private Verified<List<PeerId>> path(MessageId id, List<SignedBytes> hops, PeerId from) {
        List<PeerId> path = new ArrayList<>(hops.size());
        ByteString expected = null;
        for (SignedBytes signed : hops) {
            Verified<Hop> opened = small(SignatureKind.HOP, signed)
                    .then(_ -> decoded("hop", Hop.parser(), signed.getBody()));
            if (!(opened instanceof Verified.Accepted<Hop>(Hop hop))) {
                return opened.then(_ -> Verified.accepted(List.of()));
            }
            Optional<PeerId> signer = PublicKey.parse(signed.getPublicKey()).map(PeerId::of);
            if (signer.isEmpty() || !hop.getMessageId().equals(id.bytes())
                    || (expected != null && !expected.equals(signer.get().toBytes()))) {
                return Verified.rejected(RejectionCode.INVALID, "hops: not of one path");
            }
            if (signer.get().equals(self) || path.contains(signer.get())) {
                return Verified.rejected(RejectionCode.INVALID, "hops: a loop");
            }
            path.add(signer.get());
            expected = hop.getNext();
        }
        return self.toBytes().equals(expected) && path.getLast().equals(from)
                ? Verified.accepted(path)
                : Verified.rejected(RejectionCode.INVALID, "hops: not from you to this relay");
    }

    private static Verified<WalletAddress> envelope(Envelope envelope, long nowMillis) {
        Optional<WalletAddress> recipient = WalletAddress.parse(envelope.getRecipient());
        if (recipient.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED, "envelope: recipient");
        }
        int length = envelope.getCiphertext().size();
        if (length > SizeBuckets.LARGEST) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "ciphertext: " + length
                    + " bytes (expected: up to " + SizeBuckets.LARGEST + ")");
        }
        if (!SizeBuckets.isBucket(length)) {
            return Verified.rejected(RejectionCode.INVALID,
                    "ciphertext: " + length + " bytes (expected: a size bucket)");
        }
        long expiresAt = envelope.getExpiresAt();
        if (Long.compareUnsigned(expiresAt, nowMillis) <= 0) {
            return Verified.rejected(RejectionCode.EXPIRED, "envelope: expired");
        }
        long latest = nowMillis + MAXIMUM_LIFETIME_MILLIS + CLOCK_TOLERANCE_MILLIS;
        if (Long.compareUnsigned(expiresAt, latest) > 0) {
            return Verified.rejected(RejectionCode.FUTURE_DATED,
                    "envelope: expires in more than 30 days");
        }
        return Verified.accepted(recipient.get());
    }

    private MessageId id(WalletAddress recipient, Envelope envelope) {
        return MessageId.of(network, recipient, envelope.getExpiresAt(),
                MessageId.ciphertextHash(envelope.getCiphertext()));
    }

    private Verified<PublicKey> small(SignatureKind kind, SignedBytes signed) {
        return signed.getBody().size() > MAXIMUM_SIGNED
                ? Verified.rejected(RejectionCode.TOO_LARGE, kind.tag() + ": body")
                : signature(kind, signed);
    }

    private Verified<PublicKey> signature(SignatureKind kind, SignedBytes signed) {
        return Signatures.signer(kind, network, signed);
    }

    private static <M> Verified<M> decoded(String name, Parser<M> parser, ByteString body) {
        try {
            return Verified.accepted(parser.parseFrom(body));
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, name + ": body");
        }
    }

    private static Verified<OrderCommitment> commitment(ByteString bytes) {
        return OrderCommitment.parse(bytes).map(Verified::accepted)
                .orElseGet(() -> Verified.rejected(RejectionCode.MALFORMED, "commitment: length"));
    }

    private static Verified<MessageId> messageId(ByteString bytes) {
        return MessageId.parse(bytes).map(Verified::accepted)
                .orElseGet(() -> Verified.rejected(RejectionCode.MALFORMED, "message id: length"));
    }
}
