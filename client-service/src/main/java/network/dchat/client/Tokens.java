package network.dchat.client;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.outbox.ReturnHandles;
import network.dchat.wire.v1.ReturnHandle;

/// The return tokens of this user, safe for many threads.
final class Tokens {
    private final ReturnHandles handles = new ReturnHandles();

    synchronized void add(PeerId relay, List<ByteString> fresh) {
        handles.add(relay, fresh);
    }

    synchronized void forget(PeerId relay) {
        handles.forget(relay);
    }

    synchronized List<ReturnHandle> take() {
        return handles.take();
    }
}
