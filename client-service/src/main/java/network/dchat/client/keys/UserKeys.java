package network.dchat.client.keys;

import com.google.protobuf.ByteString;
import network.dchat.identity.SigningKey;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.SignedBytes;

/// All keys of a user on this device.
///
/// @param identity   what the user is; its hash is the address
/// @param device     signs receipts, submissions and grants
/// @param certificate the identity key's word for the device
/// @param store      seals the rows of the store
public record UserKeys(SigningKey identity, SigningKey device, SignedBytes certificate,
        SealingKey store) {
    private static final String ARCHIVE_TAG = "dchat/archive-key/1";

    /// The user's address.
    public WalletAddress address() {
        return WalletAddress.of(identity.publicKey());
    }

    /// The key that seals history in the mesh. It follows from the identity key alone, so that
    /// whoever
    /// has that can read the history back on a new device.
    public SealingKey archive() {
        ByteString bytes = TaggedHash.of(ARCHIVE_TAG, identity.seed()).bytes();
        return new SealingKey(bytes);
    }

    @Override
    public String toString() {
        return "UserKeys[" + address() + "]";
    }
}
