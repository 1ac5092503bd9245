package network.dchat.gateway.rest;

import java.util.List;
import java.util.Optional;

/// Answer of `GET /api/chats`. Bytes are base64; everything in it is sealed.
///
/// @param history the caller's packs in the mesh; left out without a grant for them
/// @param mailbox what waits at the caller's relays; left out without a grant for it
record ChatsView(Optional<HistoryView> history, Optional<MailboxView> mailbox) {
    /// A page of packs.
    ///
    /// @param next cursor of the next page
    /// @param nodesAnswered storage nodes that answered
    /// @param nodesAsked storage nodes that were asked
    record HistoryView(List<PackView> packs, Optional<String> next, int nodesAnswered,
            int nodesAsked) {}

    /// An object of the collection `history`.
    record PackView(String name, long version, String sealed) {}

    /// What waits.
    ///
    /// @param returnHandles for receipts of messages that the caller sends
    record MailboxView(List<EnvelopeView> envelopes, List<HandleView> returnHandles,
            int relaysAnswered, int relaysAsked) {}

    /// An envelope.
    ///
    /// @param id message id in hex
    /// @param envelope its encoding
    record EnvelopeView(String id, String envelope) {}

    /// A return handle.
    ///
    /// @param relay peer id
    record HandleView(String relay, String token) {}
}
