/// Where a relay keeps what it acknowledged.
@NullMarked
package network.dchat.relay.postgres;

import org.jspecify.annotations.NullMarked;
