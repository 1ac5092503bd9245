/// The fences of the build that no plugin gives: the dependency table, the purity of cores, sizes.
@NullMarked
package network.dchat.testnet.house;

import org.jspecify.annotations.NullMarked;
