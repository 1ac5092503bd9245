package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.wire.v1.SignedBytes;

/// One kept message or event as the store returned it.
///
/// @param sequence its number in the user's mailbox or event list
/// @param body the encoded envelope or event
/// @param hops how the message came here; empty for events
public record LoadedEntry(long sequence, ByteString body, List<SignedBytes> hops) {
    /// Copies the list.
    public LoadedEntry {
        hops = List.copyOf(hops);
    }
}
