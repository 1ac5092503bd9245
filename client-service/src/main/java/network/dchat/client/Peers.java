package network.dchat.client;

import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.UserRecords;

/// The peer layer as a user's node uses it.
///
/// @param channels  to relays
/// @param directory where relays are found
/// @param users     records of users
record Peers(PeerChannels channels, PeerDirectory directory, UserRecords users) {}
