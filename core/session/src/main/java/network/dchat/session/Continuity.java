package network.dchat.session;

/// How a decrypted message continues what was there before.
public enum Continuity {
    /// From the same installation of the sender as before.
    CONTINUED,
    /// The first message of this sender that a kept session knows of.
    FIRST_CONTACT,
    /// The sender's device is another one than before, or lost its state: worth a calm line to
    /// the person.
    NEW_INSTALLATION
}
