@NullMarked
package network.dchat.client;

import org.jspecify.annotations.NullMarked;
