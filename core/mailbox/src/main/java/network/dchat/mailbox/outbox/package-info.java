/// The user's end of store and forward: messages on their way out until their delivery is proven,
/// and messages coming in from several relays at once ([network.dchat.mailbox.outbox.Outbox]).
@NullMarked
package network.dchat.mailbox.outbox;

import org.jspecify.annotations.NullMarked;
