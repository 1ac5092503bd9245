/// Tests of the ledger.
@NullMarked
package network.dchat.ledger;

import org.jspecify.annotations.NullMarked;
