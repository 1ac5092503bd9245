package network.dchat.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Receipt;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The word of a recipient's device that a message arrived.
///
/// @param messageId the message
/// @param recipient for whom the device speaks; its certificate must say so
/// @param receivedAtMillis by the device's clock, milliseconds since 1970
/// @param deviceKey who signed
public record DeliveryReceipt(MessageId messageId, WalletAddress recipient, long receivedAtMillis,
        PublicKey deviceKey) {
    /// Largest receipt in bytes, as it travels.
    public static final int MAXIMUM_SIZE = 512;

    /// A receipt, signed by the device.
    public static SignedBytes sign(NetworkId network, SigningKey device, MessageId messageId,
            WalletAddress recipient, long receivedAtMillis) {
        Receipt body = Receipt.newBuilder().setMessageId(messageId.bytes())
                .setRecipient(recipient.bytes()).setReceivedAt(receivedAtMillis).build();
        return Signatures.sign(SignatureKind.RECEIPT, network, body.toByteString(), device);
    }

    /// The receipt of one that came from a stranger. Whether the device may speak for the recipient
    /// is for its certificate to say.
    public static Verified<DeliveryReceipt> verify(NetworkId network, SignedBytes signed) {
        if (signed.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "receipt: over its size limit");
        }
        return Signatures.signer(SignatureKind.RECEIPT, network, signed)
                .then(device -> decode(signed, device));
    }

    private static Verified<DeliveryReceipt> decode(SignedBytes signed, PublicKey device) {
        try {
            Receipt body = Receipt.parseFrom(signed.getBody());
            Optional<MessageId> id = MessageId.parse(body.getMessageId());
            Optional<WalletAddress> recipient = WalletAddress.parse(body.getRecipient());
            if (id.isEmpty() || recipient.isEmpty() || body.getReceivedAt() < 0) {
                return Verified.rejected(RejectionCode.MALFORMED,
                        "receipt: message id, recipient or time");
            }
            return Verified.accepted(
                    new DeliveryReceipt(id.get(), recipient.get(), body.getReceivedAt(), device));
        } catch (InvalidProtocolBufferException malformed) {
            return Verified.rejected(RejectionCode.MALFORMED, "receipt: body");
        }
    }
}
