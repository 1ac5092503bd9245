/// A relay: stores and forwards ciphertext and proves that it was delivered.
@NullMarked
package network.dchat.relay;

import org.jspecify.annotations.NullMarked;
