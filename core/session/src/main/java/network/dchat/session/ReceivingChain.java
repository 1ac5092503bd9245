package network.dchat.session;

import network.dchat.session.noise.Secret;

/// The chain that the peer's messages take their keys from.
///
/// @param next number of the next message that is not yet passed
record ReceivingChain(Secret chainKey, Secret headerKey, int next) {}
