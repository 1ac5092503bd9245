/// Mutual TLS 1.3 bound to peer ids.
@NullMarked
package network.dchat.starter.tls;

import org.jspecify.annotations.NullMarked;
