/// Tests of the light client.
@NullMarked
package network.dchat.ledger.light;

import org.jspecify.annotations.NullMarked;
