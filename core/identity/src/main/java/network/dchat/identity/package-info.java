/// Who anyone is: keys, peer ids, addresses, tagged hashes, signatures, certificates and signed
/// records.
///
/// Two rules hold throughout. `of(…)` takes what we or our operator wrote and throws
/// `IllegalArgumentException` when it is wrong; `parse(…)` takes what a stranger wrote and never
/// throws. Everything here is immutable and free of clocks, threads, files and sources of
/// randomness.
@NullMarked
package network.dchat.identity;

import org.jspecify.annotations.NullMarked;
