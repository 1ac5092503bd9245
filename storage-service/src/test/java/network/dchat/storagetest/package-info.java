/// Whole storage nodes, with a real database and real connections. Outside the service's own
/// package, so that its component scan does not find the fixtures.
@NullMarked
package network.dchat.storagetest;

import org.jspecify.annotations.NullMarked;
