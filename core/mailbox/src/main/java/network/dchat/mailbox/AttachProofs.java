package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.DeviceGrant;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.AttachProof;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// Opening a mailbox: TLS names the node, the proof names the mailbox.
///
/// A user's own device signs the relay's nonce, both peer ids and the address with its device key
/// and shows its certificate. A holder signs the same with the key of its node and shows a grant
/// for that node.
public final class AttachProofs {
    /// Length of a relay's nonce in bytes.
    public static final int NONCE_LENGTH = 32;

    private AttachProofs() {}

    /// One side's view of a connection about to be attached.
    ///
    /// @param nonce what the relay asked to be signed
    /// @param relay the relay's node
    /// @param client the client's node, as TLS names it
    public record Connection(ByteString nonce, PeerId relay, PeerId client) {
        /// Refuses a nonce of another length.
        public Connection {
            Limits.range("nonce bytes", nonce.size(), NONCE_LENGTH, NONCE_LENGTH);
        }
    }

    /// The proof that opens a mailbox over a connection.
    ///
    /// @param key the device key, or the holder's node key
    public static SignedBytes make(NetworkId network, Connection connection, WalletAddress address,
            SigningKey key) {
        ByteString body = AttachProof.newBuilder().setNonce(connection.nonce())
                .setRelay(connection.relay().toBytes()).setClient(connection.client().toBytes())
                .setAddress(address.bytes()).build().toByteString();
        return Signatures.sign(SignatureKind.ATTACH, network, body, key);
    }

    /// Checks what a client opened its stream with.
    public static Verified<VerifiedAttachment> verify(NetworkId network, Connection connection,
            AttachHello hello, long nowMillis) {
        return Signatures.signer(SignatureKind.ATTACH, network, hello.getProof())
                .then(signer -> address(connection, hello.getProof().getBody())
                        .then(address -> hello.hasGrant()
                                ? holder(network, connection, hello, signer, address, nowMillis)
                                : owner(network, hello, signer, address, nowMillis)))
                .then(found -> withRoute(network, hello, found, nowMillis));
    }

    private static Verified<WalletAddress> address(Connection connection, ByteString body) {
        AttachProof proof;
        try {
            proof = AttachProof.parseFrom(body);
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "attach proof: body");
        }
        if (!proof.getNonce().equals(connection.nonce())) {
            return Verified.rejected(RejectionCode.REPLAYED, "attach proof: another nonce");
        }
        if (!proof.getRelay().equals(connection.relay().toBytes())
                || !proof.getClient().equals(connection.client().toBytes())) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                    "attach proof: for another connection");
        }
        Optional<WalletAddress> address = WalletAddress.parse(proof.getAddress());
        return address.isPresent()
                ? Verified.accepted(address.get())
                : Verified.rejected(RejectionCode.MALFORMED, "attach proof: address");
    }

    private static Verified<VerifiedAttachment> owner(NetworkId network, AttachHello hello,
            PublicKey signer, WalletAddress address, long nowMillis) {
        return DeviceCertificate.verify(hello.getDeviceCertificate(), network, nowMillis)
                .then(certificate -> certificate.deviceKey().equals(signer)
                        && certificate.address().equals(address)
                                ? Verified.accepted(new VerifiedAttachment(address, signer,
                                        AttachmentRole.OWNER, Optional.empty()))
                                : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                        "device certificate: for another key or address"));
    }

    private static Verified<VerifiedAttachment> holder(NetworkId network, Connection connection,
            AttachHello hello, PublicKey signer, WalletAddress address, long nowMillis) {
        if (!signer.equals(connection.client().publicKey())) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                    "attach proof: not signed by the holder's node");
        }
        return DeviceGrant.verify(hello.getGrant(), network, nowMillis)
                .then(grant -> grant.permits(connection.client(), GrantAction.READ_MAILBOX, address,
                        DeviceGrant.MAILBOX)
                                ? Verified.accepted(new VerifiedAttachment(address, grant.device(),
                                        AttachmentRole.HOLDER, Optional.empty()))
                                : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                        "grant: not for this node to read this mailbox"));
    }

    private static Verified<VerifiedAttachment> withRoute(NetworkId network, AttachHello hello,
            VerifiedAttachment found, long nowMillis) {
        if (!hello.hasUserRecord()) {
            return Verified.accepted(found);
        }
        return route(network, hello.getUserRecord(), found.address(), nowMillis)
                .then(route -> Verified.accepted(new VerifiedAttachment(found.address(),
                        found.device(), found.role(), Optional.of(route))));
    }

    /// Checks a user record that an attached client sent.
    public static Verified<UserRoute> route(NetworkId network, SignedBytes record,
            WalletAddress address, long nowMillis) {
        return UserRecord.verify(record, network, nowMillis)
                .then(value -> value.address().equals(address)
                        ? Verified.accepted(UserRoute.of(new Certified<>(value, record)))
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED,
                                "user record: of another user"));
    }
}
