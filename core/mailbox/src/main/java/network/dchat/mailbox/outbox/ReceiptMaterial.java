package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.ledger.ClaimKey;
import network.dchat.wire.v1.ReturnHandle;

/// What was found inside a message and is needed for its receipt.
///
/// @param secret 32 bytes: blinding and claim key follow from it
/// @param returnHandles where the receipt may be left, at most 3
public record ReceiptMaterial(ByteString secret, List<ReturnHandle> returnHandles) {
    /// Refuses a secret of another length and drops handles beyond three.
    public ReceiptMaterial {
        if (secret.size() != ClaimKey.SECRET_LENGTH) {
            throw new IllegalArgumentException("secret: " + secret.size() + " bytes (expected: "
                    + ClaimKey.SECRET_LENGTH + ")");
        }
        returnHandles = List.copyOf(returnHandles.subList(0, Math.min(3, returnHandles.size())));
    }

    @Override
    public String toString() {
        return "ReceiptMaterial[***]";
    }
}
