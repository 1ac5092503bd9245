/// The chain's data and rules: canonical encodings, hashes, Merkle trees, validator sets,
/// transactions, the state that blocks change, and the portable proof. Pure functions and immutable
/// values only.
@NullMarked
package network.dchat.ledger;

import org.jspecify.annotations.NullMarked;
