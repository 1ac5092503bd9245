package network.dchat.mesh;

import java.util.List;
import network.dchat.identity.DeviceGrant;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
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
/// @param expiresAtMillis until when, at most [DeviceGrant#MAXIMUM_LIFETIME_MILLIS] later
public record AccessGrant(PeerId holder, List<GrantAction> actions, WalletAddress owner,
        String collection, long issuedAtMillis, long expiresAtMillis) {
    /// Refuses a grant for no collection; the rest [DeviceGrant] refuses when it is signed.
    public AccessGrant {
        actions = List.copyOf(actions);
        Checks.range("collection bytes", Checks.utf8Length(collection), 1,
                ObjectName.MAXIMUM_COLLECTION);
    }

    /// The grant with a device's signature.
    ///
    /// @param certificate the device's certificate, signed by the owner's identity key
    /// @throws IllegalArgumentException for an empty or endless grant
    public CertifiedGrant sign(NetworkId network, SigningKey device, SignedBytes certificate) {
        return new DeviceGrant(device.publicKey(), holder, actions, owner, collection,
                issuedAtMillis, expiresAtMillis).sign(network, device, certificate);
    }

    /// The grant that a stranger shows, checked by [DeviceGrant].
    ///
    /// @param atMillis the time at which it and the device's certificate must hold
    public static Verified<AccessGrant> verify(CertifiedGrant certified, NetworkId network,
            long atMillis) {
        return DeviceGrant.verify(certified, network, atMillis)
                .then(grant -> grant.collection().equals(DeviceGrant.MAILBOX)
                        ? Verified.rejected(RejectionCode.INVALID, "grant: for no collection")
                        : Verified.accepted(new AccessGrant(grant.holder(), grant.actions(),
                                grant.owner(), grant.collection(), grant.issuedAtMillis(),
                                grant.expiresAtMillis())));
    }

    /// True when this lets the node do that in the owner's collection.
    public boolean permits(PeerId node, GrantAction action, WalletAddress of, String where) {
        return holder.equals(node) && actions.contains(action) && owner.equals(of)
                && collection.equals(where);
    }
}
