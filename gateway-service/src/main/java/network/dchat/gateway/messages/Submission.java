package network.dchat.gateway.messages;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.SignedBytes;

/// What a sender hands in: decoded, but not verified.
///
/// @param submission envelope and commitment, signed by the device
/// @param mailboxGrant lets this gateway hand in messages and read the sender's mailbox
/// @param archive the sender's sealed history
/// @param opening what opens the commitment, where the sender wants proofs from here
public record Submission(SignedBytes submission, CertifiedGrant mailboxGrant, Archive archive,
        Optional<Opened> opening) {
    /// An object for the mesh.
    ///
    /// @param manifest signed by the owner
    /// @param grant lets this gateway write the collection
    public record Archive(CertifiedManifest manifest, ByteString object, CertifiedGrant grant) {}

    /// Blinding and claim key of a commitment.
    public record Opened(Hash blinding, PublicKey claimKey) {}
}
