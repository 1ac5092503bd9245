package network.dchat.ledger;

import com.google.protobuf.ByteString;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.TaggedHash;

/// What opens an order commitment: the message, the blinding and the claim key.
///
/// @param messageId the message
/// @param blinding 32 bytes that nobody else can guess
/// @param claimKey the one-time key that signs the claim
public record Opening(MessageId messageId, Hash blinding, PublicKey claimKey) {
    private static final String TAG = "dchat/opening/1";

    /// The opening that a message's secret gives.
    ///
    /// @param secret 32 bytes, from inside the ciphertext
    public static Opening of(MessageId messageId, ByteString secret) {
        return new Opening(messageId, ClaimKey.blinding(secret),
                ClaimKey.derive(secret).publicKey());
    }

    /// H(`dchat/opening/1`, message id ‖ blinding): what an audit shows in place of the message.
    public Hash hash() {
        return TaggedHash.of(TAG, messageId.bytes(), blinding.bytes());
    }

    /// What the chain orders.
    public OrderCommitment commitment() {
        return OrderCommitment.of(hash(), claimKey);
    }
}
