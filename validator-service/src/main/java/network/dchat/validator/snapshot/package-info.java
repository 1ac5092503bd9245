/// States of the chain for nodes that join: served in chunks, and fetched instead of all blocks.
@NullMarked
package network.dchat.validator.snapshot;

import org.jspecify.annotations.NullMarked;
