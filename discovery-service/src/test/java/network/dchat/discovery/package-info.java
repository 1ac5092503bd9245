/// Tests of discovery nodes.
@NullMarked
package network.dchat.discovery;

import org.jspecify.annotations.NullMarked;
