@NullMarked
package network.dchat.client.rest;

import org.jspecify.annotations.NullMarked;
