package network.dchat.client;

import com.google.protobuf.ByteString;
import network.dchat.client.keys.UserKeys;
import network.dchat.identity.NetworkId;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.node.NodeIdentity;

/// The user and the node that acts for them.
///
/// @param keys of the user
/// @param node key and network of the node
record Self(UserKeys keys, NodeIdentity node) {
    private static final int EXPIRY_LENGTH = Long.BYTES;

    WalletAddress address() {
        return keys.address();
    }

    NetworkId network() {
        return node.networkId();
    }

    /// What both ends must know beside a ciphertext: network id ‖ recipient ‖ expires_at, eight
    /// bytes,
    /// big-endian.
    ByteString associatedData(WalletAddress recipient, long expiresAtMillis) {
        byte[] expiry = java.nio.ByteBuffer.allocate(EXPIRY_LENGTH).putLong(expiresAtMillis)
                .array();
        return network().bytes().concat(recipient.bytes()).concat(ByteString.copyFrom(expiry));
    }
}
