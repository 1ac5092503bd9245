/// The append log: segments, group commit, torn tail cut.
@NullMarked
package network.dchat.starter.log;

import org.jspecify.annotations.NullMarked;
