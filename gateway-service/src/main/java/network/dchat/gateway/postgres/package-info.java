/// What became of each message, in PostgreSQL.
@NullMarked
package network.dchat.gateway.postgres;

import org.jspecify.annotations.NullMarked;
