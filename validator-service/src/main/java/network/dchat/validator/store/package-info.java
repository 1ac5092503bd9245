/// What a validator keeps on its disk: consensus key and sign guard, write-ahead log, block file.
@NullMarked
package network.dchat.validator.store;

import org.jspecify.annotations.NullMarked;
