/// Tests of the storage mesh.
@NullMarked
package network.dchat.mesh;

import org.jspecify.annotations.NullMarked;
