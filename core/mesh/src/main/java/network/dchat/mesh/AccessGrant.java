package network.dchat.mesh;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// An owner's word, signed by one of their devices, that a node may act on one of their
/// collections.
///
/// @param holder the node that may act
/// @param actions what it may do
/// @param owner whose collection it is
/// @param collection the collection, 1 to 64 bytes of UTF-8
/// @param issuedAtMillis from when, milliseconds since 1970
/// @param expiresAtMillis until when, at most [#MAXIMUM_LIFETIME_MILLIS] later
public record AccessGrant(PeerId holder, List<GrantAction> actions, WalletAddress owner,
        String collection, long issuedAtMillis, long expiresAtMillis) {
    /// Longest validity: 366 days.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(366);
    /// Largest grant as it travels, in bytes.
    public static final int MAXIMUM_SIZE = 2048;
    /// How far the clock of whoever issued a grant may be ahead.
    public static final long CLOCK_TOLERANCE_MILLIS = 60_000;

    private static final int MAXIMUM_ACTIONS = 8;

    /// Refuses an empty or endless grant.
    public AccessGrant {
        actions = List.copyOf(actions);
        Checks.range("actions", actions.size(), 1, MAXIMUM_ACTIONS);
        Checks.range("collection bytes", Checks.utf8Length(collection), 1,
                ObjectName.MAXIMUM_COLLECTION);
        Checks.range("issued_at", issuedAtMillis, 0, Long.MAX_VALUE - MAXIMUM_LIFETIME_MILLIS);
        Checks.range("expires_at", expiresAtMillis, issuedAtMillis + 1,
                issuedAtMillis + MAXIMUM_LIFETIME_MILLIS);
    }

    /// The grant with a device's signature.
    ///
    /// @param certificate the device's certificate, signed by the owner's identity key
    public CertifiedGrant sign(NetworkId network, SigningKey device, SignedBytes certificate) {
        Grant body = Grant.newBuilder().setHolder(holder.toBytes()).addAllActions(actions)
                .setOwner(owner.bytes()).setCollection(collection).setIssuedAt(issuedAtMillis)
                .setExpiresAt(expiresAtMillis).build();
        return CertifiedGrant.newBuilder()
                .setGrant(
                        Signatures.sign(SignatureKind.GRANT, network, body.toByteString(), device))
                .setDeviceCertificate(certificate).build();
    }

    /// The grant that a stranger shows.
    ///
    /// @param atMillis the time at which it and the device's certificate must hold
    public static Verified<AccessGrant> verify(CertifiedGrant certified, NetworkId network,
            long atMillis) {
        if (certified.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "grant: " + certified.getSerializedSize() + " bytes");
        }
        return Signatures.signer(SignatureKind.GRANT, network, certified.getGrant())
                .then(signer -> DeviceCertificate
                        .verify(certified.getDeviceCertificate(), network, atMillis)
                        .then(device -> device.deviceKey().equals(signer)
                                ? decode(certified, device.address(), atMillis)
                                : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                        "grant: signed by another key than the certificate's")));
    }

    /// True when this lets the node do that in the owner's collection.
    public boolean permits(PeerId node, GrantAction action, WalletAddress of, String where) {
        return holder.equals(node) && actions.contains(action) && owner.equals(of)
                && collection.equals(where);
    }

    private static Verified<AccessGrant> decode(CertifiedGrant certified, WalletAddress signedFor,
            long atMillis) {
        AccessGrant grant;
        try {
            Grant body = Grant.parseFrom(certified.getGrant().getBody());
            PeerId holder = PeerId.parse(body.getHolder())
                    .orElseThrow(() -> new IllegalArgumentException("holder: no peer id"));
            grant = new AccessGrant(holder, body.getActionsList(),
                    new WalletAddress(body.getOwner()), body.getCollection(), body.getIssuedAt(),
                    body.getExpiresAt());
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "grant: body");
        } catch (IllegalArgumentException broken) {
            return Verified.rejected(RejectionCode.INVALID, "grant: " + broken.getMessage());
        }
        if (!grant.owner.equals(signedFor)) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED, "grant: of another owner");
        }
        if (grant.expiresAtMillis <= atMillis) {
            return Verified.rejected(RejectionCode.EXPIRED, "grant: expired");
        }
        if (grant.issuedAtMillis > atMillis + CLOCK_TOLERANCE_MILLIS) {
            return Verified.rejected(RejectionCode.FUTURE_DATED, "grant: not yet valid");
        }
        return Verified.accepted(grant);
    }
}
