@NullMarked
package network.dchat.client.store;

import org.jspecify.annotations.NullMarked;
