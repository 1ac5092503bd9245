/// Tests of gossip.
@NullMarked
package network.dchat.gossip;

import org.jspecify.annotations.NullMarked;
