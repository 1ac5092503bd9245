/// The storage node: keeps erasure-coded shards durably and gives them back.
@NullMarked
package network.dchat.storage;

import org.jspecify.annotations.NullMarked;
