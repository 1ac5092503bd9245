/// How a node that is no validator follows the validators.
@NullMarked
package network.dchat.starter.chain;

import org.jspecify.annotations.NullMarked;
