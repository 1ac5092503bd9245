/// The `Shards` service.
@NullMarked
package network.dchat.storage.grpc;

import org.jspecify.annotations.NullMarked;
