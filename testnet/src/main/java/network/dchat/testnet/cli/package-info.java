/// The commands: arguments in, results on standard output, messages on standard error.
@NullMarked
package network.dchat.testnet.cli;

import org.jspecify.annotations.NullMarked;
