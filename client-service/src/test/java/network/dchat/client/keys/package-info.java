@NullMarked
package network.dchat.client.keys;

import org.jspecify.annotations.NullMarked;
