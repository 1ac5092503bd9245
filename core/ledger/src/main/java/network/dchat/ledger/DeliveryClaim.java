package network.dchat.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.Claim;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The word of a message's claim key that this relay delivered it. It names neither the message nor
/// its people.
///
/// @param relay who delivered and is to be paid
/// @param commitment of the message
/// @param claimKey who signed; the commitment's opening must name it
public record DeliveryClaim(PeerId relay, OrderCommitment commitment, PublicKey claimKey) {
    /// Largest claim in bytes, as it travels.
    public static final int MAXIMUM_SIZE = 512;

    /// A claim for a relay, signed by the message's claim key.
    public static SignedBytes sign(NetworkId network, SigningKey claimKey, PeerId relay,
            OrderCommitment commitment) {
        Claim body = Claim.newBuilder().setRelay(relay.toBytes()).setCommitment(commitment.bytes())
                .build();
        return Signatures.sign(SignatureKind.CLAIM, network, body.toByteString(), claimKey);
    }

    /// The claim of one that came from a stranger. Whether the claim key belongs to the commitment
    /// is for the opening to say.
    public static Verified<DeliveryClaim> verify(NetworkId network, SignedBytes signed) {
        if (signed.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "claim: over its size limit");
        }
        return Signatures.signer(SignatureKind.CLAIM, network, signed)
                .then(claimKey -> decode(signed, claimKey));
    }

    private static Verified<DeliveryClaim> decode(SignedBytes signed, PublicKey claimKey) {
        try {
            Claim body = Claim.parseFrom(signed.getBody());
            Optional<PeerId> relay = PeerId.parse(body.getRelay());
            Optional<OrderCommitment> commitment = OrderCommitment.parse(body.getCommitment());
            if (relay.isEmpty() || commitment.isEmpty()) {
                return Verified.rejected(RejectionCode.MALFORMED, "claim: relay or commitment");
            }
            return Verified.accepted(new DeliveryClaim(relay.get(), commitment.get(), claimKey));
        } catch (InvalidProtocolBufferException malformed) {
            return Verified.rejected(RejectionCode.MALFORMED, "claim: body");
        }
    }
}
