/// The Noise Protocol Framework, revision 34, on the primitives of the JDK: handshakes by name,
/// with 25519, ChaChaPoly or AESGCM, SHA256 or SHA512, and pre-shared keys.
///
/// Comments that say "section n" mean <https://noiseprotocol.org/noise.html>. Nothing here draws
/// random numbers: every ephemeral key is handed in.
@NullMarked
package network.dchat.session.noise;

import org.jspecify.annotations.NullMarked;
