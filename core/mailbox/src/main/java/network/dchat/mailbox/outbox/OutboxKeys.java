package network.dchat.mailbox.outbox;

import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.SignedBytes;

/// Who a user's [Outbox] acts for.
///
/// @param network whose messages are sent and taken
/// @param address the user
/// @param device the key that signs receipts
/// @param certificate the identity key's word for the device
public record OutboxKeys(NetworkId network, WalletAddress address, SigningKey device,
        SignedBytes certificate) {
    @Override
    public String toString() {
        return "OutboxKeys[" + address + "]";
    }
}
