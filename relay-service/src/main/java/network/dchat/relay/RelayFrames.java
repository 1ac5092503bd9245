package network.dchat.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.TransferId;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.ForwardResult;
import network.dchat.wire.v1.ForwardResults;
import network.dchat.wire.v1.ForwardedEnvelope;
import network.dchat.wire.v1.ForwardedEnvelopes;
import network.dchat.wire.v1.MailboxEntries;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnAcks;
import network.dchat.wire.v1.ReturnTokens;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.ReturnedReceipts;
import network.dchat.wire.v1.SubmissionResult;
import network.dchat.wire.v1.SubmissionResults;

/// Makes the frames that effects ask for. Hops and acknowledgements are signed here, off the
/// machine's thread.
///
/// @param network what signatures are bound to
/// @param key     the relay's
record RelayFrames(NetworkId network, SigningKey key) {
    /// Most items in a frame.
    static final int ITEMS = 100;

    static RelayFrame welcome(List<ByteString> tokens, long waiting) {
        return RelayFrame.newBuilder()
                .setAttached(Attached.newBuilder().addAllTokens(tokens).setWaiting(waiting))
                .build();
    }

    static RelayFrame tokens(List<ByteString> tokens) {
        return RelayFrame.newBuilder().setTokens(ReturnTokens.newBuilder().addAllTokens(tokens))
                .build();
    }

    static RelayFrame results(List<SubmissionResult> results) {
        return RelayFrame.newBuilder()
                .setResults(SubmissionResults.newBuilder().addAllResults(results)).build();
    }

    static RelayFrame deliveryResults(List<SubmissionResult> results) {
        return RelayFrame.newBuilder()
                .setDeliveryResults(SubmissionResults.newBuilder().addAllResults(results)).build();
    }

    static RelayFrame mail(List<Effect.FeedItem> items) {
        MailboxEntries.Builder entries = MailboxEntries.newBuilder();
        items.forEach(item -> entries.addEntries(MailboxEntry.newBuilder()
                .setSequence(item.sequence()).setEnvelope(envelope(item.body()))));
        return RelayFrame.newBuilder().setEntries(entries).build();
    }

    static RelayFrame keptEvents(List<Effect.FeedItem> items) {
        return events(items.stream()
                .map(item -> event(item.body()).toBuilder().setSequence(item.sequence()).build())
                .toList());
    }

    static RelayFrame events(List<MailboxEvent> events) {
        return RelayFrame.newBuilder().setEvents(MailboxEvents.newBuilder().addAllEvents(events))
                .build();
    }

    /// A list in frames' worth of parts.
    static <T> List<List<T>> parts(List<T> items) {
        if (items.size() <= ITEMS) {
            return List.of(items);
        }
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < items.size(); from += ITEMS) {
            parts.add(items.subList(from, Math.min(items.size(), from + ITEMS)));
        }
        return parts;
    }

    ForwardFrame envelopes(List<Effect.OutgoingEnvelope> envelopes) {
        ForwardedEnvelopes.Builder frame = ForwardedEnvelopes.newBuilder();
        for (Effect.OutgoingEnvelope outgoing : envelopes) {
            frame.addEnvelopes(
                    ForwardedEnvelope.newBuilder().setEnvelope(envelope(outgoing.envelope()))
                            .addAllHops(outgoing.hops()).addHops(Signatures.sign(SignatureKind.HOP,
                                    network, outgoing.next().toByteString(), key)));
        }
        return ForwardFrame.newBuilder().setEnvelopes(frame).build();
    }

    ForwardFrame answers(List<Effect.EnvelopeAnswer> answers) {
        ForwardResults.Builder frame = ForwardResults.newBuilder();
        answers.forEach(answer -> frame.addResults(answer(answer)));
        return ForwardFrame.newBuilder().setResults(frame).build();
    }

    static ForwardFrame receipts(List<ReturnedReceipt> receipts) {
        return ForwardFrame.newBuilder()
                .setReceipts(ReturnedReceipts.newBuilder().addAllReceipts(receipts)).build();
    }

    static ForwardFrame returnAcks(List<TransferId> transfers) {
        return ForwardFrame.newBuilder().setReturnAcks(ReturnAcks.newBuilder()
                .addAllIds(transfers.stream().map(TransferId::bytes).toList())).build();
    }

    private ForwardResult answer(Effect.EnvelopeAnswer answer) {
        return switch (answer) {
            case Effect.EnvelopeAnswer.Durable(MessageId id, var stored) -> ForwardResult
                    .newBuilder().setMessageId(id.bytes()).setStored(Signatures
                            .sign(SignatureKind.STORED, network, stored.toByteString(), key))
                    .build();
            case Effect.EnvelopeAnswer.Declined(MessageId id, Rejection rejection) ->
                ForwardResult.newBuilder().setMessageId(id.bytes()).setRejection(rejection).build();
        };
    }

    private static Envelope envelope(ByteString encoded) {
        try {
            return Envelope.parseFrom(encoded);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("store: an envelope does not decode", broken);
        }
    }

    private static MailboxEvent event(ByteString encoded) {
        try {
            return MailboxEvent.parseFrom(encoded);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("store: an event does not decode", broken);
        }
    }
}
