/// Announcements that reach every node.
@NullMarked
package network.dchat.starter.gossip;

import org.jspecify.annotations.NullMarked;
