/// A user's own node: keys, sessions, messages, history.
@NullMarked
package network.dchat.client;

import org.jspecify.annotations.NullMarked;
