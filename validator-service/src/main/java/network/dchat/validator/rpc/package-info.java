/// What a light client of CometBFT's family asks a full node: its RPC, as URI calls and as
/// JSON-RPC 2.0.
@NullMarked
package network.dchat.validator.rpc;

import org.jspecify.annotations.NullMarked;
