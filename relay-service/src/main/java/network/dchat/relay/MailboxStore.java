package network.dchat.relay;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import network.dchat.mailbox.Change;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.LoadedEntry;
import network.dchat.mailbox.LoadedEnvelope;

/// Where the changes of a relay's mailbox machine are kept.
public interface MailboxStore {
    /// Makes changes durable together, and returns when they are.
    ///
    /// @throws IOException when they are not, or nobody knows
    void persist(List<Change> changes) throws IOException;

    /// Gives all changes that still matter, bodies left out, in an order that the machine takes.
    void restore(Consumer<Change> machine) throws IOException;

    /// The kept entries of a range of a feed, in order.
    List<LoadedEntry> load(Effect.LoadFeed range);

    /// The bodies of messages on their way, as far as they are kept.
    List<LoadedEnvelope> load(Effect.LoadEnvelopes wanted);
}
