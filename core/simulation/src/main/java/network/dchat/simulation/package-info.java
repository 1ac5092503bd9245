/// A deterministic simulator: one seed replays a whole network of state machines, with its delays,
/// partitions, crashes and torn disks. It knows no protocol; a core's test adapts its machine to
/// [network.dchat.simulation.Machine].
@NullMarked
package network.dchat.simulation;

import org.jspecify.annotations.NullMarked;
