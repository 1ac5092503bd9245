/// Writing to PostgreSQL in batches.
@NullMarked
package network.dchat.starter.postgres;

import org.jspecify.annotations.NullMarked;
