/// Attachments to relays on behalf of users who granted them.
@NullMarked
package network.dchat.gateway.relay;

import org.jspecify.annotations.NullMarked;
