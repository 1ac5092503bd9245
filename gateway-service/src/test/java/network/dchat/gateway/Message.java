package network.dchat.gateway;

import com.google.protobuf.ByteString;
import java.util.Map;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectCodec;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.surrogate.User;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Submission;

/// A message with its history record, as an application gives it to the gateway.
public record Message(User sender, Envelope envelope) {
    /// What the network calls it.
    public MessageId id() {
        return MessageId.of(sender.network(), envelope).orElseThrow();
    }

    /// What opens its commitment.
    public Opening opening() {
        return Opening.of(id(), User.hash("secret").bytes());
    }

    /// Its sealed history record.
    public ByteString object() {
        return ByteString.copyFromUtf8("sealed " + id().hex());
    }

    /// The name of that record.
    public String name() {
        return User.hash("kept").bytes().equals(envelope.getCiphertext().substring(0, 32))
                ? "kept"
                : id().hex();
    }

    /// All parts of the body, by name.
    public Map<String, String> parts(PeerId gateway) {
        SignedBytes submission = Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION,
                sender.network(),
                Submission.newBuilder().setEnvelope(envelope)
                        .setCommitment(opening().commitment().bytes()).build().toByteString(),
                sender.device());
        ObjectName object = new ObjectName(sender.address(), ObjectName.HISTORY, name(), 1);
        Manifest.Stored manifest = new ObjectCodec(ErasureScheme.TEN_FIVE).describe(object,
                object(), sender.now(), sender.now() + 86_400_000);
        return Map.of("submission", Caller.base64(submission.toByteString()), "mailboxGrant",
                Caller.base64(sender.grant(gateway, "", GrantAction.READ_MAILBOX).toByteString()),
                "manifest",
                Caller.base64(SignedManifest.byDevice(manifest, sender.network(), sender.device(),
                        sender.certificate().signed()).certified().toByteString()),
                "object", Caller.base64(object()), "grant",
                Caller.base64(
                        sender.grant(gateway, ObjectName.HISTORY, GrantAction.WRITE_COLLECTION)
                                .toByteString()),
                "blinding", opening().blinding().hex(), "claimKey", opening().claimKey().hex());
    }

    /// The body of `POST /api/send`.
    public String body(PeerId gateway) {
        return json(parts(gateway));
    }

    /// The body of these parts.
    public static String json(Map<String, String> parts) {
        return """
                {"submission":"%s","mailboxGrant":"%s",
                 "archive":{"manifest":"%s","object":"%s","grant":"%s"},
                 "opening":{"blinding":"%s","claimKey":"%s"}}""".formatted(parts.get("submission"),
                parts.get("mailboxGrant"), parts.get("manifest"), parts.get("object"),
                parts.get("grant"), parts.get("blinding"), parts.get("claimKey"));
    }
}
