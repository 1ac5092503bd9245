/// HTTP message signatures (RFC 9421) and content digests (RFC 9530), as this gateway demands them.
@NullMarked
package network.dchat.gateway.signature;

import org.jspecify.annotations.NullMarked;
