package network.dchat.session.noise;

/// What a finished handshake leaves (section 5.3). After a one-way pattern only the initiator may
/// send.
///
/// @param sending encrypts what this side sends
/// @param receiving decrypts what the other side sends
public record Transport(CipherState sending, CipherState receiving) {}
