package network.dchat.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.wire.v1.ChainGrpc;

/// The peer layer as a user's node uses it.
///
/// @param channels  to relays
/// @param directory where relays are found
/// @param users     records of users
/// @param chain     how far it is trusted
record Peers(PeerChannels channels, PeerDirectory directory, UserRecords users,
        FollowedChain chain) {
    private static final long LIGHT_BLOCKS_SECONDS = 20;

    /// Light blocks as a relay gives them.
    ///
    /// @throws IOException when it cannot be reached
    LightBlockSource lightBlocks(PeerId relay) throws IOException {
        return LightBlockSource.of(ChainGrpc.newBlockingStub(channels.channelTo(relay).channel())
                .withDeadlineAfter(LIGHT_BLOCKS_SECONDS, TimeUnit.SECONDS));
    }
}
