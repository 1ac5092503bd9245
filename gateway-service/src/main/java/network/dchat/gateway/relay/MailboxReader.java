package network.dchat.gateway.relay;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.DeliveryAck;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnHandle;

/// Reads what waits in a mailbox at its owner's relays, and removes nothing. Calls block.
public final class MailboxReader {
    /// Envelopes that one reading shows at most.
    public static final int MOST = 100;

    private static final long ENTRIES_MILLIS = 2_000;
    private static final int MOST_HANDLES = 8;

    private final Attachments attachments;
    private final Relays relays;
    private final PeerGuard guard;
    private final NetworkId network;

    /// A reader that opens mailboxes for itself.
    public MailboxReader(Attachments attachments, Relays relays, PeerGuard guard,
            NetworkId network) {
        this.attachments = attachments;
        this.relays = relays;
        this.guard = guard;
        this.network = network;
    }

    /// What was read.
    ///
    /// @param envelopes by message id, each once, however many relays have it
    /// @param handles fresh ones, for messages that the owner sends
    /// @param answered relays that answered
    /// @param asked relays that were asked
    public record Reading(Map<MessageId, Envelope> envelopes, List<ReturnHandle> handles,
            int answered, int asked) {}

    /// Reads at all home relays.
    ///
    /// @throws RefusedException when none answers
    public Reading read(MailboxGrants.Held grant) {
        List<PeerId> homes = relays.homes(grant.owner());
        Map<MessageId, Envelope> envelopes = new LinkedHashMap<>();
        List<ReturnHandle> handles = new ArrayList<>();
        int answered = 0;
        RefusedException last = null;
        for (PeerId relay : homes) {
            try {
                Collected found = guard.call(PeerGuard.Operation.READ_MAILBOX, relay,
                        () -> collect(relay, grant));
                answered++;
                found.envelopes().forEach(envelope -> add(envelopes, grant, envelope));
                found.tokens().stream().limit(MOST_HANDLES)
                        .forEach(token -> handles.add(ReturnHandle.newBuilder()
                                .setRelay(relay.toBytes()).setToken(token).build()));
            } catch (RefusedException refused) {
                last = refused;
            }
        }
        if (answered == 0 && last != null) {
            throw last;
        }
        return new Reading(envelopes, handles, answered, homes.size());
    }

    private void add(Map<MessageId, Envelope> envelopes, MailboxGrants.Held grant,
            Envelope envelope) {
        if (envelopes.size() < MOST && envelope.getRecipient().equals(grant.owner().bytes())) {
            MessageId.of(network, envelope).ifPresent(id -> envelopes.putIfAbsent(id, envelope));
        }
    }

    private Collected collect(PeerId relay, MailboxGrants.Held grant) throws Exception {
        ConcurrentLinkedQueue<Envelope> found = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> all = new CompletableFuture<>();
        long[] expected = {Long.MAX_VALUE};
        Attachment attachment = attachments.attach(relay, grant, (open, frame) -> {
            if (frame.hasAttached()) {
                expected[0] = Math.min(MOST, frame.getAttached().getWaiting());
            }
            if (frame.hasEntries()) {
                take(open, frame, found);
            }
            if (found.size() >= expected[0]) {
                all.complete(true);
            }
        });
        try {
            Attached attached = attachment.ready().get();
            all.get(ENTRIES_MILLIS, TimeUnit.MILLISECONDS);
            return new Collected(List.copyOf(found), attached.getTokensList());
        } catch (TimeoutException _) {
            return new Collected(List.copyOf(found), attachment.ready().get().getTokensList());
        } finally {
            attachment.close();
        }
    }

    private static void take(Attachment open, RelayFrame frame,
            ConcurrentLinkedQueue<Envelope> found) {
        long through = 0;
        for (MailboxEntry entry : frame.getEntries().getEntriesList()) {
            if (found.size() < MOST) {
                found.add(entry.getEnvelope());
            }
            through = Math.max(through, entry.getSequence());
        }
        open.send(AttachFrame.newBuilder().setAck(DeliveryAck.newBuilder().setSequence(through))
                .build());
    }

    private record Collected(List<Envelope> envelopes, List<ByteString> tokens) {}
}
