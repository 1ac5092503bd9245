/// Reed-Solomon erasure coding over GF(2^8): any `data` of the `data + parity` shards of an object
/// give it back.
@NullMarked
package network.dchat.erasure;

import org.jspecify.annotations.NullMarked;
