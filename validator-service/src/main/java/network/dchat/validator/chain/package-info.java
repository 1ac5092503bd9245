/// The chain as others see it: the latest block, and the gRPC service.
@NullMarked
package network.dchat.validator.chain;

import org.jspecify.annotations.NullMarked;
