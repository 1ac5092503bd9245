/// The command line as a person meets it, and the whole fleet.
@NullMarked
package network.dchat.testnet.cli;

import org.jspecify.annotations.NullMarked;
