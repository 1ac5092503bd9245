package network.dchat.mailbox.outbox;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.TrustedChain;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.Inspector;
import network.dchat.mailbox.UserRoute;
import network.dchat.mailbox.VerifiedStored;
import network.dchat.wire.v1.DeliveryEvidence;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionResult;

/// The user's end of store and forward: one per user and device, owned by one thread.
///
/// It trusts no relay: acknowledgements are checked against the recipient's record, finality
/// against the validators, receipts against the recipient's devices. A new life is [#restore]d from
/// the rows that the store kept and begins with [Input.Started].
public final class Outbox {
    private static final long SWEEP_MILLIS = 5_000;
    private static final int SWEEPS_BETWEEN_CLEANINGS = 120;

    private final Inspector inspector;
    private final ChainTrust trust;
    private final Relays relays;
    private final Sending sending;
    private final Receipts receipts;
    private final InboundPositions positions;
    private final Receiving receiving;
    private int sweeps;

    /// A machine without any state.
    ///
    /// @param chain how far it is trusted at the beginning
    public Outbox(OutboxKeys keys, OutboxLimits limits, TrustedChain chain) {
        this.inspector = new Inspector(keys.network(), PeerId.of(keys.device().publicKey()));
        this.trust = new ChainTrust(keys.network(), chain);
        this.relays = new Relays(limits);
        this.sending = new Sending(limits, relays);
        this.receipts = new Receipts(keys, relays);
        this.positions = new InboundPositions(limits, relays);
        this.receiving = new Receiving(keys, limits, receipts, positions);
    }

    /// Takes up a row of an earlier life. Only before [Input.Started]; a message's `OUTGOING` row
    /// comes before its `PROGRESS` row.
    public void restore(Change.Put put) {
        switch (put.table()) {
            case OUTGOING -> sending.restoreMessage(put.id(), put.row());
            case PROGRESS -> sending.restoreProgress(put.id(), put.row());
            case INBOUND -> receiving.restore(put.id(), put.row());
            case RECEIPT -> receipts.restore(put.id(), put.row());
            case FINALITY, EVIDENCE -> throw new IllegalArgumentException(
                    "table: " + put.table() + " (expected: one that is restored)");
        }
    }

    /// What an input leads to.
    public List<Effect> apply(Input input) {
        Turn turn = new Turn(input.nowMillis());
        switch (input) {
            case Input.Started _ -> {
                sending.start(turn);
                armSweep(turn);
            }
            case Input.TimerElapsed(TimerId timer, _) -> timerElapsed(timer, turn);
            case Input.RelaysChosen(List<PeerId> chosen, _) -> relays.choose(chosen, turn);
            case Input.TrustMoved(TrustedChain chain, _) -> trust.move(chain);
            case Input.Attached(PeerId relay, _, _) -> {
                if (relays.attached(relay)) {
                    receiving.attached(relay);
                    receipts.attached(relay, turn);
                    sending.hurry(turn);
                }
            }
            case Input.Detached(PeerId relay, _, _) -> {
                receiving.detached(relay);
                sending.lost(relays.detached(relay, turn), turn);
            }
            case Input.Enqueued(OutgoingMessage message, _) -> sending.enqueue(message, turn);
            case Input.SubmissionsAnswered(PeerId relay, List<SubmissionResult> results, _) ->
                relays.find(relay).ifPresent(found -> sending.answered(found, results, turn));
            case Input.DeliveriesAnswered(PeerId relay, List<SubmissionResult> results, _) ->
                receipts.answered(relay, results, turn);
            case Input.EntriesReceived(PeerId relay, List<MailboxEntry> entries, _) ->
                receiving.receive(relay, entries, turn);
            case Input.EventsReceived(PeerId relay, List<MailboxEvent> events, _) ->
                events(relay, events, turn);
            case Input.Opened(MessageId id, Optional<ReceiptMaterial> material, _) ->
                receiving.opened(id, material, turn);
            case Input.NotOpened(MessageId id, _, _) ->
                receiving.opened(id, Optional.empty(), turn);
            case Input.ReadReported(MessageId id, _) -> sending.read(id, turn);
            case Input.RecipientKnown(UserRoute route, _) -> sending.recipientKnown(route, turn);
        }
        sending.flush(turn);
        return turn.finish();
    }

    /// Own messages that are on their way.
    public int outgoing() {
        return sending.size();
    }

    /// Receipts that no relay has taken so far.
    public int untakenReceipts() {
        return receipts.size();
    }

    /// Received messages whose place in the order is not known so far.
    public int unordered() {
        return positions.size();
    }

    /// Relays that are attached, best first.
    public List<PeerId> attachedRelays() {
        return relays.attached();
    }

    private void timerElapsed(TimerId timer, Turn turn) {
        switch (timer) {
            case TimerId.MessagesDue _ -> sending.timerElapsed();
            case TimerId.AttachDue(PeerId relay) -> relays.attachAgain(relay, turn);
            case TimerId.SweepDue _ -> {
                armSweep(turn);
                receipts.sweep(turn);
                positions.sweep(turn);
                relays.leaveDrained(turn).forEach(receiving::detached);
                sweeps++;
                if (sweeps % SWEEPS_BETWEEN_CLEANINGS == 0) {
                    receiving.sweep(turn);
                }
            }
        }
    }

    private static void armSweep(Turn turn) {
        turn.effect(new Effect.SetTimer(new TimerId.SweepDue(), turn.now() + SWEEP_MILLIS));
    }

    /// Every event is acknowledged, those that do not hold too: they would only come again.
    private void events(PeerId relay, List<MailboxEvent> events, Turn turn) {
        if (!relays.isAttached(relay)) {
            return;
        }
        long through = 0;
        for (MailboxEvent event : events) {
            through = Math.max(through, event.getSequence());
            event(event, turn).ifPresent(
                    rejection -> turn.effect(new Effect.Blame(relay, rejection.toWire())));
        }
        if (through > 0) {
            turn.effect(new Effect.Acknowledge(relay, FeedKind.EVENTS, through));
        }
    }

    private Optional<Rejection> event(MailboxEvent event, Turn turn) {
        return switch (event.getEventCase()) {
            case STORED -> stored(event.getStored(), turn);
            case FINALITY -> finality(event.getFinality(), turn);
            case RECEIPT -> receipt(event.getReceipt(), turn);
            case DELIVERY -> evidence(event.getDelivery(), turn);
            case EVENT_NOT_SET ->
                Optional.of(new Rejection(RejectionCode.UNKNOWN_KIND, "event: none"));
        };
    }

    private Optional<Rejection> stored(SignedBytes signed, Turn turn) {
        Verified<VerifiedStored> verified = inspector.stored(signed);
        verified.toOptional().ifPresent(stored -> sending.stored(stored, turn));
        return verified.refusal();
    }

    private Optional<Rejection> finality(Finality finality, Turn turn) {
        Verified<ChainTrust.Ordered> verified = trust.ordered(finality);
        verified.toOptional().ifPresent(ordered -> {
            sending.ordered(ordered, finality, turn);
            positions.ordered(ordered, turn);
        });
        return verified.refusal();
    }

    private Optional<Rejection> receipt(ReturnedReceipt returned, Turn turn) {
        return delivered(inspector.receipt(returned.getReceipt(), returned.getDeviceCertificate(),
                turn.now()), turn);
    }

    private Optional<Rejection> delivered(Verified<DeliveryReceipt> verified, Turn turn) {
        return verified
                .then(receipt -> sending.delivered(receipt, turn)
                        ? verified
                        : Verified.rejected(RejectionCode.INVALID, "receipt: not by the recipient"))
                .refusal();
    }

    private Optional<Rejection> evidence(DeliveryEvidence evidence, Turn turn) {
        Verified<DeliveryReceipt> verified = inspector.receipt(evidence.getProof().getReceipt(),
                evidence.getProof().getDeviceCertificate(), turn.now());
        Optional<Rejection> refusal = delivered(verified, turn);
        if (refusal.isPresent()) {
            return refusal;
        }
        DeliveryReceipt receipt = verified.orElseThrow();
        if (!sending.awaitsProof(receipt.messageId())) {
            return Optional.empty();
        }
        return trust.delivered(evidence.getProof()).then(proof -> {
            sending.proven(receipt, evidence, turn);
            return Verified.accepted(proof);
        }).refusal();
    }
}
