/// The entry to the network: bootstrap and directory.
@NullMarked
package network.dchat.discovery;

import org.jspecify.annotations.NullMarked;
