/// Consensus between validators over gRPC streams.
@NullMarked
package network.dchat.validator.exchange;

import org.jspecify.annotations.NullMarked;
