/// The loop that owns a core and carries out its effects.
@NullMarked
package network.dchat.starter.loop;

import org.jspecify.annotations.NullMarked;
