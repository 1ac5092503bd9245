/// The chain over HTTP.
@NullMarked
package network.dchat.validator.rest;

import org.jspecify.annotations.NullMarked;
