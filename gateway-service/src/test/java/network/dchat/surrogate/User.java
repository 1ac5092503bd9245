package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Grant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.SignedBytes;

/// A user with identity key and one device.
///
/// @param now the time at which all of it was made
public record User(String name, NetworkId network, long now) {
    private static final long DAY = 86_400_000;

    /// A hash that a name gives.
    public static Hash hash(String name) {
        return Sha256.of(ByteString.copyFromUtf8(name));
    }

    /// The key that vouches for the device.
    public SigningKey identity() {
        return SigningKey.fromSeed(hash("identity " + name).bytes());
    }

    /// The key that signs requests and messages.
    public SigningKey device() {
        return SigningKey.fromSeed(hash("device " + name).bytes());
    }

    /// The user's address.
    public WalletAddress address() {
        return WalletAddress.of(identity().publicKey());
    }

    /// The device's certificate.
    public Certified<DeviceCertificate> certificate() {
        return new DeviceCertificate(identity().publicKey(), device().publicKey(), now - DAY,
                now + 20 * DAY, 1).sign(network, identity());
    }

    /// Where the user is reached.
    public Certified<UserRecord> record(PeerId relay) {
        Certified<SignedPrekey> prekey = new SignedPrekey(identity().publicKey(), 1,
                hash("prekey").bytes(), now - DAY, now + 20 * DAY).sign(network, identity());
        return new UserRecord(identity().publicKey(), List.of(relay), prekey,
                List.of(certificate()), 1, now + 10 * DAY).sign(network, identity());
    }

    /// Lets a node act for the user.
    public CertifiedGrant grant(PeerId holder, String collection, GrantAction... actions) {
        Grant grant = Grant.newBuilder().setHolder(holder.toBytes()).addAllActions(List.of(actions))
                .setOwner(address().bytes()).setCollection(collection).setIssuedAt(now - 1)
                .setExpiresAt(now + DAY).build();
        SignedBytes signed = Signatures.sign(SignatureKind.GRANT, network, grant.toByteString(),
                device());
        return CertifiedGrant.newBuilder().setGrant(signed)
                .setDeviceCertificate(certificate().signed()).build();
    }
}
