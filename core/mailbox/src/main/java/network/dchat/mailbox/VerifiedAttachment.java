package network.dchat.mailbox;

import java.util.Optional;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;

/// Who opened which mailbox, after every signature was checked.
///
/// @param address the mailbox
/// @param device the user's device whose signature submissions must bear
/// @param role what the connection may do
/// @param route where the user is reached, when the user said so
public record VerifiedAttachment(WalletAddress address, PublicKey device, AttachmentRole role,
        Optional<UserRoute> route) {}
