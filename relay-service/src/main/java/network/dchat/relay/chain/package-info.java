/// How a relay follows the chain and writes to it.
@NullMarked
package network.dchat.relay.chain;

import org.jspecify.annotations.NullMarked;
