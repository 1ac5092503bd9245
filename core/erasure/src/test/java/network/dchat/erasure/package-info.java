/// Tests of the erasure code.
@NullMarked
package network.dchat.erasure;

import org.jspecify.annotations.NullMarked;
