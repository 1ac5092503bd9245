/// What a relay tells operators over HTTP.
@NullMarked
package network.dchat.relay.rest;

import org.jspecify.annotations.NullMarked;
