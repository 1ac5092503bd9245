/// The light client: which headers a verifier may trust that holds an earlier one, after the
/// CometBFT light-client specification, and the JSON in which CometBFT's RPC writes them. Pure.
@NullMarked
package network.dchat.ledger.light;

import org.jspecify.annotations.NullMarked;
