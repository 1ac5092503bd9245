/// The index of blocks and commitments in PostgreSQL; it can be rebuilt from the block file.
@NullMarked
package network.dchat.validator.postgres;

import org.jspecify.annotations.NullMarked;
