package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// An owner's word, signed by one of their devices, that a node may act for them: on the mailbox
/// or on one of their collections.
///
/// @param device who signs
/// @param holder the node that may act
/// @param actions what it may do, 1 to 8
/// @param owner for whom
/// @param collection where, at most [#MAXIMUM_COLLECTION] bytes of UTF-8; [#MAILBOX] = the mailbox
/// @param issuedAtMillis from when, milliseconds since 1970
/// @param expiresAtMillis until when, at most [#MAXIMUM_LIFETIME_MILLIS] later
public record DeviceGrant(PublicKey device, PeerId holder, List<GrantAction> actions,
        WalletAddress owner, String collection, long issuedAtMillis, long expiresAtMillis) {
    /// The collection of a grant for the mailbox.
    public static final String MAILBOX = "";
    /// Longest validity: 366 days.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(366);
    /// Largest grant with its certificate as it travels, in bytes.
    public static final int MAXIMUM_SIZE = 2048;
    /// Longest collection in bytes of UTF-8.
    public static final int MAXIMUM_COLLECTION = 64;

    private static final int MAXIMUM_ACTIONS = 8;

    /// Refuses an empty or endless grant.
    public DeviceGrant {
        actions = List.copyOf(actions);
        if (actions.isEmpty() || actions.size() > MAXIMUM_ACTIONS) {
            throw new IllegalArgumentException("grant actions: " + actions.size()
                    + " (expected: 1 to " + MAXIMUM_ACTIONS + ")");
        }
        int bytes = ByteString.copyFromUtf8(collection).size();
        if (bytes > MAXIMUM_COLLECTION) {
            throw new IllegalArgumentException("grant collection: " + bytes
                    + " bytes (expected: up to " + MAXIMUM_COLLECTION + ")");
        }
        SignedRecords.requireSpan("grant", issuedAtMillis, expiresAtMillis,
                MAXIMUM_LIFETIME_MILLIS);
    }

    /// The grant that a stranger shows: of its owner's own device, and valid at that time.
    ///
    /// @param atMillis the time at which it and the device's certificate must hold
    public static Verified<DeviceGrant> verify(CertifiedGrant certified, NetworkId network,
            long atMillis) {
        if (certified.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "grant: " + certified.getSerializedSize() + " bytes (expected: up to "
                            + MAXIMUM_SIZE + ")");
        }
        return SignedRecords
                .open(SignatureKind.GRANT, network, certified.getGrant(), Grant.parser())
                .then(opened -> DeviceCertificate
                        .verify(certified.getDeviceCertificate(), network, atMillis)
                        .then(certificate -> vouched(opened, certificate)))
                .then(opened -> SignedRecords.build(() -> decode(opened.signer(), opened.body())))
                .then(grant -> SignedRecords.current(grant, atMillis,
                        new SignedRecords.Lifetime(grant.issuedAtMillis, grant.expiresAtMillis)));
    }

    /// The grant with its signature.
    ///
    /// @param certificate the device's certificate, signed by the owner's identity key
    /// @throws IllegalArgumentException when the key is not this grant's device key
    public CertifiedGrant sign(NetworkId network, SigningKey key, SignedBytes certificate) {
        SignedRecords.requireSigner(device, key);
        Grant body = Grant.newBuilder().setHolder(holder.toBytes()).addAllActions(actions)
                .setOwner(owner.bytes()).setCollection(collection).setIssuedAt(issuedAtMillis)
                .setExpiresAt(expiresAtMillis).build();
        return CertifiedGrant.newBuilder()
                .setGrant(Signatures.sign(SignatureKind.GRANT, network, body.toByteString(), key))
                .setDeviceCertificate(certificate).build();
    }

    /// True when this lets the node do that there.
    public boolean permits(PeerId node, GrantAction action, WalletAddress of, String where) {
        return holder.equals(node) && actions.contains(action) && owner.equals(of)
                && collection.equals(where);
    }

    private static Verified<SignedRecords.Opened<Grant>> vouched(SignedRecords.Opened<Grant> opened,
            DeviceCertificate certificate) {
        if (!certificate.deviceKey().equals(opened.signer())) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                    "grant: signed by another key than the certificate's");
        }
        return certificate.address().bytes().equals(opened.body().getOwner())
                ? Verified.accepted(opened)
                : Verified.rejected(RejectionCode.NOT_AUTHORISED, "grant: of another owner");
    }

    private static DeviceGrant decode(PublicKey signer, Grant body) {
        PeerId holder = PeerId.parse(body.getHolder())
                .orElseThrow(() -> new IllegalArgumentException("grant holder: "
                        + body.getHolder().size() + " bytes (expected: a peer id)"));
        return new DeviceGrant(signer, holder, body.getActionsList(),
                new WalletAddress(body.getOwner()), body.getCollection(), body.getIssuedAt(),
                body.getExpiresAt());
    }
}
