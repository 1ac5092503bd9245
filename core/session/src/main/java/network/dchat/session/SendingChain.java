package network.dchat.session;

import network.dchat.session.noise.Secret;

/// The chain that our messages take their keys from.
///
/// @param next number of the next message
/// @param previousLength number of messages in the chain before
record SendingChain(Secret chainKey, Secret headerKey, int next, int previousLength) {}
