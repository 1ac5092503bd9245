/// A whole network in one JVM: what it consists of, its keys, its stores, its nodes.
@NullMarked
package network.dchat.testnet.fleet;

import org.jspecify.annotations.NullMarked;
