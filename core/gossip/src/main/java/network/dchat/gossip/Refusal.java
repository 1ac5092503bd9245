package network.dchat.gossip;

import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;

/// A rumor that was not taken.
///
/// @param id the rumor
/// @param rejection why
/// @param retryAfterMillis when the same rumor may be offered again; 0 = never
public record Refusal(Hash id, Rejection rejection, long retryAfterMillis) {}
