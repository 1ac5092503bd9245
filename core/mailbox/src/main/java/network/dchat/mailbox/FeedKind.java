package network.dchat.mailbox;

/// The two lists that are kept for a user, each with numbers of its own.
public enum FeedKind {
    /// Messages for the user.
    MAIL,
    /// What the user should learn about sent messages.
    EVENTS
}
