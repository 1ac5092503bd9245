/// A validator: agrees with the others on the order of messages and on delivery proofs, and
/// serves the
/// chain.
@NullMarked
package network.dchat.validator;

import org.jspecify.annotations.NullMarked;
