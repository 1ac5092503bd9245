package network.dchat.gateway.signature;

import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;

/// Who made a request, after its signature was verified.
///
/// @param address the user
/// @param device the key that signed the request; the user's identity key vouches for it
public record Caller(WalletAddress address, PublicKey device) {}
