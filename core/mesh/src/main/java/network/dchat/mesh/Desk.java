package network.dchat.mesh;

import java.util.SplittableRandom;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.NetworkId;

/// What all operations of one mesh share. An instance belongs to its mesh and to no other.
///
/// @param network the network whose signatures count
/// @param limits the bounds
/// @param timings the waits
/// @param outbox where effects go
/// @param nodes the storage nodes
/// @param tenFive the codec of the usual scheme
/// @param random for the jitter of retries
record Desk(NetworkId network, MeshLimits limits, MeshTimings timings, Outbox outbox, Nodes nodes,
        ObjectCodec tenFive, SplittableRandom random) {

    /// The codec of a scheme.
    ObjectCodec codec(ErasureScheme scheme) {
        return scheme.equals(ErasureScheme.TEN_FIVE) ? tenFive : new ObjectCodec(scheme);
    }
}
