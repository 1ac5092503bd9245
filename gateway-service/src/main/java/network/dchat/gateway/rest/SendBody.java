package network.dchat.gateway.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.Base64;
import java.util.Optional;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.messages.Submission;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/send`. Messages of the protocol are base64 of their encoding.
///
/// @param submission `SignedBytes` of a `Submission`
/// @param mailboxGrant `CertifiedGrant` to read the sender's mailbox
/// @param archive the sender's sealed history record
/// @param opening lets this gateway assemble the proof; may be left out
record SendBody(@Nullable String submission, @Nullable String mailboxGrant,
        @Nullable ArchiveBody archive, @Nullable OpeningBody opening) {
    /// An object for the mesh.
    ///
    /// @param manifest `CertifiedManifest`
    /// @param object its bytes
    /// @param grant `CertifiedGrant` to write its collection
    record ArchiveBody(@Nullable String manifest, @Nullable String object,
            @Nullable String grant) {}

    /// Opens the commitment.
    ///
    /// @param blinding 32 bytes in hex
    /// @param claimKey 32 bytes in hex
    record OpeningBody(@Nullable String blinding, @Nullable String claimKey) {}

    /// @throws RefusedException when something is missing or does not decode
    Submission decode() {
        if (archive == null) {
            throw malformed("archive: missing");
        }
        return new Submission(message("submission", submission, SignedBytes.parser()),
                message("mailboxGrant", mailboxGrant, CertifiedGrant.parser()),
                new Submission.Archive(
                        message("archive.manifest", archive.manifest(), CertifiedManifest.parser()),
                        bytes("archive.object", archive.object()),
                        message("archive.grant", archive.grant(), CertifiedGrant.parser())),
                opened());
    }

    /// Bytes that travel as base64.
    static ByteString bytes(String name, @Nullable String base64) {
        if (base64 == null) {
            throw malformed(name + ": missing");
        }
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException _) {
            throw malformed(name + ": no base64");
        }
    }

    /// A message that travels as base64.
    static <M extends Message> M message(String name, @Nullable String base64, Parser<M> parser) {
        try {
            return parser.parseFrom(bytes(name, base64));
        } catch (InvalidProtocolBufferException _) {
            throw malformed(name + ": does not decode");
        }
    }

    private Optional<Submission.Opened> opened() {
        if (opening == null) {
            return Optional.empty();
        }
        String blinding = opening.blinding();
        String claimKey = opening.claimKey();
        if (blinding == null || claimKey == null) {
            throw malformed("opening: blinding or claimKey is missing");
        }
        try {
            return Optional.of(new Submission.Opened(Hash.of(blinding), PublicKey.of(claimKey)));
        } catch (IllegalArgumentException wrong) {
            throw malformed("opening: " + wrong.getMessage());
        }
    }

    private static RefusedException malformed(String reason) {
        return new RefusedException(RejectionCode.MALFORMED, reason);
    }
}
