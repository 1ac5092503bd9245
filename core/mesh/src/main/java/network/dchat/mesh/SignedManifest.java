package network.dchat.mesh;

import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// A manifest with the signature that makes it its owner's word: by the owner's identity key, by a
/// device of theirs, or by a node to which a device granted writing to the collection.
///
/// @param manifest what is said
/// @param certified the bytes that say it, as they travel and are stored
public record SignedManifest(Manifest manifest, CertifiedManifest certified) {
    /// Largest manifest as it travels, in bytes.
    public static final int MAXIMUM_SIZE = StripeLayout.MAXIMUM_SHARDS * 34 + 8 * 1024;

    /// Signs with the owner's identity key.
    public static SignedManifest byOwner(Manifest manifest, NetworkId network, SigningKey owner) {
        return sign(manifest, network, owner, CertifiedManifest.newBuilder());
    }

    /// Signs with the key of one of the owner's devices.
    ///
    /// @param certificate the device's certificate
    public static SignedManifest byDevice(Manifest manifest, NetworkId network, SigningKey device,
            SignedBytes certificate) {
        return sign(manifest, network, device,
                CertifiedManifest.newBuilder().setDeviceCertificate(certificate));
    }

    /// Signs with the key of a node that may write the collection.
    ///
    /// @param grant what lets it
    public static SignedManifest byHolder(Manifest manifest, NetworkId network, SigningKey holder,
            CertifiedGrant grant) {
        return sign(manifest, network, holder, CertifiedManifest.newBuilder().setGrant(grant));
    }

    /// The manifest that a stranger sent: signed by someone who could speak for the owner when it
    /// was made. Whether it is current is another question.
    public static Verified<SignedManifest> verify(CertifiedManifest certified, NetworkId network) {
        if (certified.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "manifest: " + certified.getSerializedSize() + " bytes (expected: up to "
                            + MAXIMUM_SIZE + ")");
        }
        return Signatures.signer(SignatureKind.MANIFEST, network, certified.getManifest())
                .then(signer -> Manifest.decode(certified.getManifest().getBody())
                        .then(manifest -> authorised(signer, manifest, certified, network)))
                .then(manifest -> Verified.accepted(new SignedManifest(manifest, certified)));
    }

    /// The object's name.
    public ObjectName object() {
        return manifest.object();
    }

    /// The object's id.
    public ObjectId id() {
        return manifest.id();
    }

    private static SignedManifest sign(Manifest manifest, NetworkId network, SigningKey key,
            CertifiedManifest.Builder certified) {
        SignedBytes signed = Signatures.sign(SignatureKind.MANIFEST, network, manifest.encode(),
                key);
        return new SignedManifest(manifest, certified.setManifest(signed).build());
    }

    private static Verified<Manifest> authorised(PublicKey signer, Manifest manifest,
            CertifiedManifest certified, NetworkId network) {
        WalletAddress owner = manifest.object().owner();
        long atMillis = manifest.createdAtMillis();
        if (certified.hasGrant()) {
            return AccessGrant.verify(certified.getGrant(), network, atMillis)
                    .then(grant -> grant.permits(PeerId.of(signer), GrantAction.WRITE_COLLECTION,
                            owner, manifest.object().collection())
                                    ? Verified.accepted(manifest)
                                    : refused("by a node without a grant for it"));
        }
        if (certified.hasDeviceCertificate()) {
            return DeviceCertificate.verify(certified.getDeviceCertificate(), network, atMillis)
                    .then(device -> device.deviceKey().equals(signer)
                            && device.address().equals(owner)
                                    ? Verified.accepted(manifest)
                                    : refused("by a device of someone else"));
        }
        return WalletAddress.of(signer).equals(owner)
                ? Verified.accepted(manifest)
                : refused("by someone else than its owner");
    }

    private static Verified<Manifest> refused(String how) {
        return Verified.rejected(RejectionCode.NOT_AUTHORISED, "manifest: signed " + how);
    }
}
