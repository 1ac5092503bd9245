/// What every service stands on: one node, its key, its links and its state.
@NullMarked
package network.dchat.starter;

import org.jspecify.annotations.NullMarked;
