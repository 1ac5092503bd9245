@NullMarked
package network.dchat.session;

import org.jspecify.annotations.NullMarked;
