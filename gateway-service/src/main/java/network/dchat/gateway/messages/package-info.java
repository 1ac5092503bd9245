/// A message on its way: sent, watched and proven.
@NullMarked
package network.dchat.gateway.messages;

import org.jspecify.annotations.NullMarked;
