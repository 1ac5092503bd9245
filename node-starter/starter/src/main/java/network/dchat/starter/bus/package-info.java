/// The operator's own bus: copies of events, never a protocol step.
@NullMarked
package network.dchat.starter.bus;

import org.jspecify.annotations.NullMarked;
