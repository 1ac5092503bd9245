package network.dchat.mailbox;

/// What an attached connection may do.
public enum AttachmentRole {
    /// The user's own device: its acknowledgements remove what it has.
    OWNER,
    /// Someone who reads for the user: its acknowledgements remove nothing.
    HOLDER
}
