package network.dchat.testnet.fleet;

import java.nio.file.Path;
import network.dchat.identity.PeerId;
import network.dchat.starter.node.KeyFile;

/// Peer ids of nodes whose keys lie on this machine.
final class RelayIds {
    private RelayIds() {}

    /// The peer id of the node whose data lies in a directory.
    static String of(Path data) {
        return PeerId.of(KeyFile.loadOrCreate(data.resolve("node.key")).publicKey()).toString();
    }
}
