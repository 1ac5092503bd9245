/// The chain as somebody sees it who runs no node: accounts and transfers, over any node that
/// serves them.
@NullMarked
package network.dchat.testnet.chain;

import org.jspecify.annotations.NullMarked;
