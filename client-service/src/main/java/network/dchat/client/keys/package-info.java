/// The user's keys, sealed in a file.
@NullMarked
package network.dchat.client.keys;

import org.jspecify.annotations.NullMarked;
