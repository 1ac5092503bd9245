/// A few validators and nothing else, for measurements and for tests that break them: in this JVM,
/// or each in a process of its own.
@NullMarked
package network.dchat.testnet.validators;

import org.jspecify.annotations.NullMarked;
