/// One node as a Spring context, alone in its JVM or among others.
@NullMarked
package network.dchat.starter.launch;

import org.jspecify.annotations.NullMarked;
