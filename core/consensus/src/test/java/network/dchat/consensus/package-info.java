/// Tests of consensus.
@NullMarked
package network.dchat.consensus;

import org.jspecify.annotations.NullMarked;
