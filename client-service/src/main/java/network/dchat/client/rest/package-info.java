/// The local REST API, for programs of the same person.
@NullMarked
package network.dchat.client.rest;

import org.jspecify.annotations.NullMarked;
