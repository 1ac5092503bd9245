/// The one adapter between the mesh planner and the storage nodes' gRPC service.
@NullMarked
package network.dchat.meshaccess;

import org.jspecify.annotations.NullMarked;
