/// Tests of store and forward: unit tests, and both ends with a tiny chain under simulation.
@NullMarked
package network.dchat.mailbox;

import org.jspecify.annotations.NullMarked;
