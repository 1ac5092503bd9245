package network.dchat.gateway.relay;

import network.dchat.identity.DeviceGrant;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;

/// Grants that let this gateway read a mailbox: the same rules by which relays take them, checked
/// before a relay is bothered.
public final class MailboxGrants {
    private MailboxGrants() {}

    /// A grant that holds now.
    ///
    /// @param device who signed it; submissions must bear the same key's signature
    /// @param expiresAtMillis milliseconds since 1970
    public record Held(WalletAddress owner, PublicKey device, CertifiedGrant certified,
            long expiresAtMillis) {}

    /// What a stranger's grant lets this node do.
    public static Verified<Held> verify(NetworkId network, PeerId holder, WalletAddress owner,
            CertifiedGrant certified, long nowMillis) {
        return DeviceGrant.verify(certified, network, nowMillis).then(
                grant -> grant.permits(holder, GrantAction.READ_MAILBOX, owner, DeviceGrant.MAILBOX)
                        ? Verified.accepted(
                                new Held(owner, grant.device(), certified, grant.expiresAtMillis()))
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "grant: not for this gateway to read this mailbox"));
    }
}
