/// End-to-end sessions of a user's device: a one-way Noise handshake to a signed prekey, then the
/// double ratchet with encrypted headers.
@NullMarked
package network.dchat.session;

import org.jspecify.annotations.NullMarked;
