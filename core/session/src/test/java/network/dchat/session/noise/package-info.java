@NullMarked
package network.dchat.session.noise;

import org.jspecify.annotations.NullMarked;
