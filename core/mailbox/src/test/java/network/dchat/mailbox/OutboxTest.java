package network.dchat.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.mailbox.outbox.Change;
import network.dchat.mailbox.outbox.Effect;
import network.dchat.mailbox.outbox.Input;
import network.dchat.mailbox.outbox.MessageState;
import network.dchat.mailbox.outbox.Outbox;
import network.dchat.mailbox.outbox.OutboxKeys;
import network.dchat.mailbox.outbox.OutboxLimits;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.mailbox.outbox.TimerId;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.SubmissionResult;
import org.junit.jupiter.api.Test;

/// A user's machine, input by input, with relays that lie.
class OutboxTest {
    private static final long NOW = People.EPOCH;
    private static final long LATER = NOW + TimeUnit.DAYS.toMillis(1);
    private static final PeerId RELAY1 = People.relay("relay1");
    private static final PeerId RELAY2 = People.relay("relay2");

    private final Outbox outbox = new Outbox(
            new OutboxKeys(People.NETWORK, People.address("alice"), People.device("alice"),
                    People.certificate("alice")),
            new OutboxLimits(2, 20, 2_000, 3_000, 5_000, 60_000, 1, 100, 60_000),
            ChainMachine.TRUST);
    private final List<Effect> effects = new ArrayList<>();

    @Test
    void submitsThroughAnotherRelayWhenOneDoesNotAnswerInTime() {
        begin();
        enqueue(1);
        assertThat(all(Effect.Submit.class)).extracting(Effect.Submit::relay)
                .containsExactly(RELAY1);
        apply(new Input.TimerElapsed(new TimerId.MessagesDue(), NOW + 2_000));
        assertThat(all(Effect.Submit.class)).extracting(Effect.Submit::relay)
                .containsExactly(RELAY2);
    }

    @Test
    void submitsThroughAnotherRelayWhenOneIsLostOrRefuses() {
        begin();
        enqueue(1);
        apply(new Input.Detached(RELAY1, "gone", NOW));
        assertThat(all(Effect.Submit.class)).extracting(Effect.Submit::relay)
                .containsExactly(RELAY2);
        apply(new Input.Attached(RELAY1, 0, NOW));
        apply(new Input.SubmissionsAnswered(RELAY2,
                List.of(SubmissionResult.newBuilder().setMessageId(id(1).bytes())
                        .setRejection(Rejection.newBuilder().setCode(RejectionCode.NOT_AUTHORISED))
                        .build()),
                NOW));
        assertThat(all(Effect.ShowRefused.class)).hasSize(1);
        apply(new Input.TimerElapsed(new TimerId.MessagesDue(), NOW + 60_000));
        assertThat(all(Effect.Submit.class)).extracting(Effect.Submit::relay)
                .containsExactly(RELAY1);
    }

    @Test
    void countsOnlySignaturesOfTheRecipientsRelays() {
        begin();
        enqueue(1);
        accepted(1);
        assertThat(states()).containsExactly(MessageState.SENT);
        event(stored("relay4", 1, LATER));
        event(stored("relay9", 1, LATER));
        assertThat(states()).isEmpty();
        assertThat(all(Effect.LookUpUserRecord.class)).hasSize(1);
        event(stored("relay5", 1, LATER + 1));
        event(stored("relay5", 2, LATER));
        assertThat(states()).isEmpty();
        event(stored("relay5", 1, LATER).toBuilder().setStored(stored("relay5", 1, LATER)
                .getStored().toBuilder().setSignature(ByteString.copyFrom(new byte[64]))).build());
        assertThat(states()).isEmpty();
        assertThat(all(Effect.Blame.class)).hasSize(1);
        event(stored("relay5", 1, LATER));
        assertThat(states()).containsExactly(MessageState.STORED);
    }

    @Test
    void believesTheValidatorsAndNobodyElse() {
        begin();
        enqueue(1);
        accepted(1);
        Finality good = finality(1);
        event(MailboxEvent.newBuilder().setFinality(good.toBuilder()
                .setLightBlock(good.getLightBlock().toBuilder().setSignedHeader(good.getLightBlock()
                        .getSignedHeader().toBuilder().setHeader(good.getLightBlock()
                                .getSignedHeader().getHeader().toBuilder().setHeight(7)))))
                .build());
        assertThat(states()).isEmpty();
        assertThat(all(Effect.Blame.class)).hasSize(1);
        event(MailboxEvent.newBuilder()
                .setFinality(good.toBuilder().setTransaction(finality(2).getTransaction()))
                .build());
        assertThat(states()).isEmpty();
        event(MailboxEvent.newBuilder().setFinality(good).build());
        assertThat(states()).containsExactly(MessageState.FINAL);
        assertThat(all(Effect.ShowPosition.class))
                .containsExactly(new Effect.ShowPosition(id(1), new OrderPosition(1, 0, 0)));
        event(stored("relay4", 1, LATER));
        event(stored("relay5", 1, LATER));
        assertThat(states()).as("states never go back").isEmpty();
        assertThat(noted()).as("but when it was reached is noted")
                .containsExactly(MessageState.STORED);
    }

    @Test
    void takesReceiptsOfTheRecipientOnly() {
        begin();
        enqueue(1);
        accepted(1);
        event(receipt("carol", 1));
        assertThat(states()).isEmpty();
        assertThat(all(Effect.Blame.class)).hasSize(1);
        event(receipt("bob", 1));
        assertThat(states()).containsExactly(MessageState.DELIVERED);
    }

    @Test
    void refusesMoreMessagesThanItsLimit() {
        begin();
        enqueue(1);
        enqueue(2);
        assertThat(all(Effect.ShowRefused.class)).isEmpty();
        enqueue(3);
        assertThat(all(Effect.ShowRefused.class)).hasSize(1);
        assertThat(outbox.outgoing()).isEqualTo(2);
    }

    @Test
    void opensAMessageOnceAndAcknowledgesItToEveryRelayInOrder() {
        begin();
        apply(entries(RELAY1, 4, 11));
        assertThat(all(Effect.Open.class)).hasSize(1);
        apply(entries(RELAY1, 5, 12));
        assertThat(all(Effect.Open.class)).as("one at a time").isEmpty();
        apply(entries(RELAY2, 9, 12));
        assertThat(all(Effect.Acknowledge.class)).isEmpty();
        apply(new Input.Opened(inbound(11),
                Optional.of(new ReceiptMaterial(People.secret("bob", 11), List.of())), NOW));
        assertThat(all(Effect.Acknowledge.class))
                .containsExactly(new Effect.Acknowledge(RELAY1, FeedKind.MAIL, 4));
        assertThat(all(Effect.GiveDeliveries.class)).extracting(Effect.GiveDeliveries::relay)
                .containsExactly(RELAY1);
        assertThat(all(Effect.AskFinality.class)).hasSize(1);
        assertThat(all(Effect.Open.class)).hasSize(1);
        apply(new Input.NotOpened(inbound(12), "no session", NOW));
        assertThat(all(Effect.Acknowledge.class)).containsExactlyInAnyOrder(
                new Effect.Acknowledge(RELAY1, FeedKind.MAIL, 5),
                new Effect.Acknowledge(RELAY2, FeedKind.MAIL, 9));
        assertThat(all(Effect.GiveDeliveries.class)).isEmpty();
        apply(entries(RELAY2, 10, 11));
        assertThat(all(Effect.Open.class)).isEmpty();
        assertThat(all(Effect.Acknowledge.class))
                .containsExactly(new Effect.Acknowledge(RELAY2, FeedKind.MAIL, 10));
    }

    @Test
    void givesAReceiptToTheNextRelayWhenOneNeverHadTheMessage() {
        begin();
        apply(entries(RELAY1, 1, 11));
        apply(entries(RELAY2, 1, 11));
        apply(new Input.Opened(inbound(11),
                Optional.of(new ReceiptMaterial(People.secret("bob", 11), List.of())), NOW));
        apply(new Input.DeliveriesAnswered(RELAY1,
                List.of(SubmissionResult.newBuilder().setMessageId(inbound(11).bytes())
                        .setRejection(Rejection.newBuilder().setCode(RejectionCode.NOT_FOUND))
                        .build()),
                NOW));
        assertThat(all(Effect.GiveDeliveries.class)).extracting(Effect.GiveDeliveries::relay)
                .containsExactly(RELAY2);
        apply(new Input.DeliveriesAnswered(RELAY2,
                List.of(SubmissionResult.newBuilder().setMessageId(inbound(11).bytes()).build()),
                NOW));
        assertThat(outbox.untakenReceipts()).isZero();
    }

    @Test
    void leavesARelayWhenItIsDrained() {
        begin();
        apply(new Input.RelaysChosen(List.of(RELAY2), NOW));
        apply(new Input.TimerElapsed(new TimerId.SweepDue(), NOW + 59_999));
        assertThat(all(Effect.Leave.class)).isEmpty();
        apply(new Input.TimerElapsed(new TimerId.SweepDue(), NOW + 60_000));
        assertThat(all(Effect.Leave.class)).containsExactly(new Effect.Leave(RELAY1));
    }

    private void begin() {
        apply(new Input.Started(NOW));
        apply(new Input.RelaysChosen(List.of(RELAY1, RELAY2), NOW));
        apply(new Input.Attached(RELAY1, 0, NOW));
        apply(new Input.Attached(RELAY2, 0, NOW));
    }

    private void enqueue(int number) {
        apply(new Input.Enqueued(new OutgoingMessage(id(number), opening(number).commitment(),
                LATER, People.submission("alice", envelope(number), number),
                People.route("bob", 1,
                        List.of(People.relay("relay4"), People.relay("relay5"), RELAY1), NOW)),
                NOW));
    }

    private void accepted(int number) {
        apply(new Input.SubmissionsAnswered(RELAY1,
                List.of(SubmissionResult.newBuilder().setMessageId(id(number).bytes()).build()),
                NOW));
    }

    private void event(MailboxEvent event) {
        apply(new Input.EventsReceived(RELAY1, List.of(event), NOW));
    }

    private static MailboxEvent stored(String relay, int number, long expiresAt) {
        return MailboxEvent.newBuilder().setStored(Signatures.sign(SignatureKind.STORED,
                People.NETWORK, Stored.newBuilder().setMessageId(id(number).bytes())
                        .setExpiresAt(expiresAt).build().toByteString(),
                People.key(relay))).build();
    }

    private static Finality finality(int number) {
        ByteString batch = Transactions.orderBatch(People.NETWORK, People.key("relay1"), number,
                List.of(opening(number).commitment())).encoded();
        ObservedBlock block = ObservedBlock.of(ChainMachine.block(number, List.of(batch), NOW));
        return Positions.finality(opening(number).commitment(), new OrderPosition(number, 0, 0),
                block, block.path(0));
    }

    private static MailboxEvent receipt(String by, int number) {
        SignedBytes receipt = DeliveryReceipt.sign(People.NETWORK, People.device(by), id(number),
                People.address(by), NOW);
        return MailboxEvent.newBuilder().setReceipt(ReturnedReceipt.newBuilder().setReceipt(receipt)
                .setDeviceCertificate(People.certificate(by))).build();
    }

    private static Input.EntriesReceived entries(PeerId relay, long sequence, int number) {
        return new Input.EntriesReceived(relay, List.of(MailboxEntry.newBuilder()
                .setSequence(sequence).setEnvelope(inboundEnvelope(number)).build()), NOW);
    }

    private static Envelope inboundEnvelope(int number) {
        return People.envelope("alice", People.content("bob", number, List.of()), LATER);
    }

    private static MessageId inbound(int number) {
        return People.id(inboundEnvelope(number));
    }

    private static Envelope envelope(int number) {
        return People.envelope("bob", People.content("alice", number, List.of()), LATER);
    }

    private static MessageId id(int number) {
        return People.id(envelope(number));
    }

    private static Opening opening(int number) {
        return Opening.of(id(number), People.secret("alice", number));
    }

    private void apply(Input input) {
        effects.clear();
        effects.addAll(outbox.apply(input));
    }

    private <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<MessageState> noted() {
        return all(Effect.Persist.class).stream().flatMap(persist -> persist.changes().stream())
                .filter(Change.Reached.class::isInstance)
                .map(change -> ((Change.Reached) change).state()).toList();
    }

    private List<MessageState> states() {
        return all(Effect.ShowState.class).stream().map(Effect.ShowState::state).toList();
    }
}
