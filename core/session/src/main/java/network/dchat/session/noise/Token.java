package network.dchat.session.noise;

/// What a handshake message is made of (sections 7.1 and 9.1).
enum Token {
    /// An ephemeral public key.
    E,
    /// A static public key, encrypted once a key is known.
    S,
    /// Both ephemeral keys.
    EE,
    /// The initiator's ephemeral and the responder's static key.
    ES,
    /// The initiator's static and the responder's ephemeral key.
    SE,
    /// Both static keys.
    SS,
    /// A pre-shared key.
    PSK
}
