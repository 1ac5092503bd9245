/// The command line `dchat`.
@NullMarked
package network.dchat.testnet;

import org.jspecify.annotations.NullMarked;
