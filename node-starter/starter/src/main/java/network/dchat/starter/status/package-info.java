/// What a node tells of itself: status, health, warm-up.
@NullMarked
package network.dchat.starter.status;

import org.jspecify.annotations.NullMarked;
