/// Tests of the benchmarks: each runs and does what it says.
@NullMarked
package network.dchat.benchmarks;

import org.jspecify.annotations.NullMarked;
