/// How fast the cores are, each compared with a baseline in the same run.
@NullMarked
package network.dchat.benchmarks;

import org.jspecify.annotations.NullMarked;
