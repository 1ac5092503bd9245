package network.dchat.gateway.relay;

import com.google.protobuf.InvalidProtocolBufferException;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;

/// Grants that let this gateway read a mailbox: the same rules by which relays take them, checked
/// before a relay is bothered.
public final class MailboxGrants {
    private static final int MAXIMUM_SIZE = 4096;

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
        if (certified.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "mailbox grant: too long");
        }
        return Signatures.signer(SignatureKind.GRANT, network, certified.getGrant())
                .then(device -> DeviceCertificate
                        .verify(certified.getDeviceCertificate(), network, nowMillis)
                        .then(certificate -> certificate.deviceKey().equals(device)
                                && certificate.address().equals(owner)
                                        ? granted(holder, owner, device, certified, nowMillis)
                                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                                "mailbox grant: not by the owner's device")));
    }

    private static Verified<Held> granted(PeerId holder, WalletAddress owner, PublicKey device,
            CertifiedGrant certified, long nowMillis) {
        Grant grant;
        try {
            grant = Grant.parseFrom(certified.getGrant().getBody());
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "mailbox grant: body");
        }
        if (Long.compareUnsigned(grant.getExpiresAt(), nowMillis) <= 0) {
            return Verified.rejected(RejectionCode.EXPIRED, "mailbox grant: expired");
        }
        boolean fits = grant.getHolder().equals(holder.toBytes())
                && grant.getOwner().equals(owner.bytes()) && grant.getCollection().isEmpty()
                && grant.getActionsList().contains(GrantAction.READ_MAILBOX);
        return fits
                ? Verified.accepted(new Held(owner, device, certified, grant.getExpiresAt()))
                : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                        "mailbox grant: not for this gateway to read this mailbox");
    }
}
