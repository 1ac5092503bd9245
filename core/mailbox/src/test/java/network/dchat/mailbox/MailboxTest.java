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
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.Stored;
import network.dchat.wire.v1.SubmissionResult;
import org.junit.jupiter.api.Test;

/// One relay, input by input.
class MailboxTest {
    private static final long NOW = People.EPOCH;
    private static final long LATER = NOW + TimeUnit.DAYS.toMillis(1);
    private static final PeerId RELAY1 = People.relay("relay1");
    private static final PeerId RELAY2 = People.relay("relay2");
    private static final PeerId RELAY3 = People.relay("relay3");
    private static final PeerId RELAY4 = People.relay("relay4");
    private static final MailboxLimits LIMITS = new MailboxLimits(
            new MailboxLimits.UserLimits(10, 2, 2, 3, 1 << 20, 5, 2),
            new MailboxLimits.HoldingLimits(100, 50, 2, 2, 10, 1_000, 100, 1 << 20),
            new MailboxLimits.LinkLimits(10, 128 << 10, 20, 1_000, 4_000, 4, 2),
            new MailboxLimits.BatchLimits(4, 50, 2, 500, 3, 500));

    private final Mailbox mailbox = new Mailbox(keys(), LIMITS, ChainMachine.TERMS);
    private final Inspector inspector = new Inspector(People.NETWORK, RELAY1);
    private final List<Effect> effects = new ArrayList<>();
    private long lastLookup;

    private static MailboxKeys keys() {
        return new MailboxKeys(People.NETWORK, People.key("relay1"), People.hash("secret").bytes(),
                People.hash("seed").bytes());
    }

    @Test
    void makesASubmissionDurableBeforeItIsAcknowledged() {
        begin("alice");
        submit(NOW, submission(1));
        assertThat(effects.getFirst()).isInstanceOf(Effect.Persist.class);
        assertThat(all(Effect.AnswerSubmissions.class)).hasSize(1);
        assertThat(codes()).containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
    }

    @Test
    void refusesWhatItCannotPayForUntilItsAccountIsFilled() {
        begin("alice");
        apply(new Input.AccountKnown(0, 2, NOW));
        for (int number = 1; number <= 2; number++) {
            submit(NOW, submission(number));
            assertThat(codes()).containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        }
        submit(NOW, submission(3));
        assertThat(codes()).containsExactly(RejectionCode.INSUFFICIENT_FUNDS);
        submit(NOW, submission(1));
        assertThat(codes()).as("known already")
                .containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        assertThat(mailbox.status().affordable()).as("one waits for its batch").isEqualTo(1);
        apply(new Input.AccountKnown(2, 2, NOW));
        submit(NOW, submission(3));
        assertThat(codes()).as("two may still be unpaid")
                .containsExactly(RejectionCode.INSUFFICIENT_FUNDS);
        apply(new Input.AccountKnown(2, 3, NOW));
        submit(NOW, submission(3));
        assertThat(codes()).containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
    }

    @Test
    void asksForItsAccountAgainSoonerWhenNothingIsLeft() {
        begin("alice");
        apply(new Input.TimerElapsed(new TimerId.AccountDue(), NOW));
        assertThat(all(Effect.FindAccount.class)).hasSize(1);
        apply(new Input.AccountKnown(0, 0, NOW));
        assertThat(all(Effect.SetTimer.class))
                .containsExactly(new Effect.SetTimer(new TimerId.AccountDue(), NOW + 2_000));
        apply(new Input.AccountKnown(0, 0, NOW));
        assertThat(all(Effect.SetTimer.class)).as("one timer at a time").isEmpty();
    }

    @Test
    void acceptsTheBurstAndRefusesOneMore() {
        begin("alice");
        for (int number = 0; number < 20; number++) {
            submit(NOW, submission(number % 5));
        }
        assertThat(codes()).containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        submit(NOW, submission(1));
        assertThat(codes()).containsExactly(RejectionCode.RATE_LIMITED);
        assertThat(all(Effect.AnswerSubmissions.class).getFirst().results().getFirst()
                .getRejection().getRetryAfterMillis()).isEqualTo(100);
    }

    @Test
    void refusesWhatOneUserMayNotHaveOnItsWay() {
        begin("alice");
        for (int number = 0; number < 5; number++) {
            submit(NOW, submission(number));
            assertThat(codes()).containsExactly(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        }
        submit(NOW, submission(5));
        assertThat(codes()).containsExactly(RejectionCode.OVERLOADED);
    }

    @Test
    void refusesASubmissionThatExpiredMeanwhile() {
        begin("alice");
        submit(LATER, submission(1));
        assertThat(codes()).containsExactly(RejectionCode.EXPIRED);
    }

    @Test
    void forwardsToEveryRelayOfTheRecipientOnceTheRecordIsFound() {
        begin("alice");
        submit(NOW, submission(1));
        assertThat(all(Effect.SendEnvelopes.class)).isEmpty();
        found(NOW, Optional.empty());
        assertThat(all(Effect.SendEnvelopes.class)).isEmpty();
        apply(new Input.TimerElapsed(new TimerId.LookupsDue(), NOW + 2_000));
        found(NOW + 2_000, Optional.of(bob(RELAY2, RELAY3, RELAY4)));
        assertThat(all(Effect.SendEnvelopes.class)).extracting(Effect.SendEnvelopes::relay)
                .containsExactlyInAnyOrder(RELAY2, RELAY3, RELAY4);
    }

    @Test
    void tellsTheSenderWhichRelaysHaveAMessageAndForgetsItWhenAllDo() {
        begin("alice");
        submit(NOW, submission(1));
        found(NOW, Optional.of(bob(RELAY2, RELAY3, RELAY4)));
        MessageId id = People.id(envelope(1));
        stored(id, "relay2");
        assertThat(all(Effect.Tell.class)).hasSize(1);
        stored(id, "relay3");
        assertThat(changes(Change.OutboxDone.class)).isEmpty();
        stored(id, "relay4");
        assertThat(changes(Change.OutboxDone.class)).hasSize(1);
        assertThat(mailbox.status().outboxMessages()).isZero();
    }

    @Test
    void sendsAgainWhatARelayDoesNotAnswer() {
        begin("alice");
        submit(NOW, submission(1));
        found(NOW, Optional.of(bob(RELAY2)));
        apply(new Input.TimerElapsed(new TimerId.LinkDue(RELAY2), NOW + 1_000));
        assertThat(all(Effect.SendEnvelopes.class)).isEmpty();
        apply(new Input.TimerElapsed(new TimerId.LinkDue(RELAY2), NOW + 2_000));
        assertThat(all(Effect.SendEnvelopes.class)).hasSize(1);
        apply(new Input.LinkDown(RELAY2, NOW + 2_001));
        apply(new Input.LinkUp(RELAY2, NOW + 2_002));
        assertThat(all(Effect.SendEnvelopes.class)).hasSize(1);
    }

    @Test
    void triesTheNewRelaysWhenTheOldOnesSayThatTheUserMoved() {
        begin("alice");
        submit(NOW, submission(1));
        found(NOW, Optional.of(bob(RELAY2)));
        apply(new Input.ForwardAnswered(RELAY2,
                List.of(new ForwardAnswer.Declined(People.id(envelope(1)),
                        Rejection.newBuilder().setCode(RejectionCode.MOVED).build())),
                NOW));
        apply(new Input.TimerElapsed(new TimerId.LookupsDue(), NOW + 5_000));
        found(NOW + 5_000, Optional.of(UserRoute.of(record(2, RELAY3))));
        assertThat(all(Effect.SendEnvelopes.class)).extracting(Effect.SendEnvelopes::relay)
                .containsExactly(RELAY3);
    }

    @Test
    void storesAndAcknowledgesForItsUsers() {
        begin("bob");
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        forward(1);
        assertThat(all(Effect.PushMail.class)).hasSize(1);
        assertThat(answers()).hasOnlyElementsOfType(Effect.EnvelopeAnswer.Durable.class);
        forward(1);
        assertThat(all(Effect.PushMail.class)).isEmpty();
        assertThat(answers()).hasOnlyElementsOfType(Effect.EnvelopeAnswer.Durable.class);
    }

    @Test
    void fillsAMailboxToItsLimitAndNoFurther() {
        begin("bob");
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        for (int number = 0; number < 3; number++) {
            forward(number);
            assertThat(answers()).hasOnlyElementsOfType(Effect.EnvelopeAnswer.Durable.class);
        }
        forward(3);
        assertThat(declined()).isEqualTo(RejectionCode.QUOTA_EXCEEDED);
        apply(new Input.FeedAcknowledged(1, FeedKind.MAIL, 2, NOW));
        forward(3);
        assertThat(answers()).hasOnlyElementsOfType(Effect.EnvelopeAnswer.Durable.class);
    }

    @Test
    void looksUpWhoIsNotKnownAndAnswersAccordingly() {
        begin("alice");
        forward(1);
        assertThat(answers()).isEmpty();
        found(NOW, Optional.empty());
        assertThat(declined()).isEqualTo(RejectionCode.UNAVAILABLE);
        forward(2);
        found(NOW, Optional.of(bob(RELAY2)));
        assertThat(declined()).isEqualTo(RejectionCode.MOVED);
        forward(3);
        assertThat(declined()).isEqualTo(RejectionCode.MOVED);
    }

    @Test
    void parksNoMoreThanItsLimit() {
        begin("alice");
        forward(1);
        forward(2);
        assertThat(answers()).isEmpty();
        forward(3);
        assertThat(declined()).isEqualTo(RejectionCode.OVERLOADED);
    }

    @Test
    void passesOnWhatItHoldsForAUserWhoMoved() {
        begin("alice");
        forward(1);
        found(NOW, Optional.of(bob(RELAY1)));
        assertThat(mailbox.status().waitingMessages()).isEqualTo(1);
        apply(new Input.UserRecordReceived(UserRoute.of(record(2, RELAY2, RELAY3)), NOW));
        Effect.LoadFeed load = all(Effect.LoadFeed.class).getFirst();
        List<SignedBytes> hops = List.of(hop("relay2", "relay1", 1));
        apply(new Input.FeedLoaded(load.load(),
                List.of(new LoadedEntry(1, envelope(1).toByteString(), hops)), NOW));
        assertThat(all(Effect.SendEnvelopes.class)).extracting(Effect.SendEnvelopes::relay)
                .as("relay2 has had it").containsExactly(RELAY3);
        assertThat(all(Effect.SendEnvelopes.class).getFirst().envelopes().getFirst().hops())
                .isEqualTo(hops);
    }

    @Test
    void fetchesBodiesThatAreNotInMemory() {
        Mailbox small = new Mailbox(keys(),
                new MailboxLimits(LIMITS.users(),
                        new MailboxLimits.HoldingLimits(100, 50, 2, 2, 10, 1_000, 100, 0),
                        LIMITS.links(), LIMITS.batches()),
                ChainMachine.TERMS);
        small.apply(new Input.Started(NOW));
        small.apply(new Input.UserAttached(1, People.address("bob"), AttachmentRole.OWNER, NOW));
        small.apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        List<Effect> stored = small
                .apply(new Input.EnvelopesReceived(RELAY2, List.of(forwarded(1)), NOW));
        assertThat(stored).filteredOn(Effect.PushMail.class::isInstance).isEmpty();
        Effect.LoadFeed load = (Effect.LoadFeed) stored.stream()
                .filter(Effect.LoadFeed.class::isInstance).findFirst().orElseThrow();
        assertThat(small.apply(new Input.LoadFailed(load.load(), "no database", NOW)))
                .containsExactly(
                        new Effect.SetTimer(new TimerId.LoadDue(load.load()), NOW + 1_000));
        assertThat(
                small.apply(new Input.TimerElapsed(new TimerId.LoadDue(load.load()), NOW + 1_000)))
                .containsExactly(load);
        assertThat(small.apply(new Input.FeedLoaded(load.load(),
                List.of(new LoadedEntry(1, envelope(1).toByteString(), List.of())), NOW + 1_000)))
                .hasOnlyElementsOfType(Effect.PushMail.class);
    }

    @Test
    void ordersAtOnceWhenIdleAndElseTogether() {
        begin("alice");
        submit(NOW, submission(0));
        assertThat(orders()).containsExactly(1);
        submit(NOW + 10, submission(1));
        submit(NOW + 20, submission(2));
        assertThat(orders()).isEmpty();
        apply(new Input.TimerElapsed(new TimerId.OrderBatchDue(), NOW + 50));
        assertThat(orders()).containsExactly(2);
        submit(NOW + 60, submission(3));
        submit(NOW + 160, submission(4));
        assertThat(orders()).containsExactly(2);
    }

    @Test
    void makesNoMoreTransactionsThanMayBeOpen() {
        begin("alice");
        for (int number = 0; number < 4; number++) {
            submit(NOW + number * 1_000L, submission(number));
            assertThat(orders()).hasSize(number < 3 ? 1 : 0);
        }
        assertThat(mailbox.status().waitingCommitments()).isEqualTo(1);
    }

    @Test
    void submitsTheSameBytesUntilABlockHasThem() {
        begin("alice");
        submit(NOW, submission(0));
        Effect.Transaction made = all(Effect.SubmitTransactions.class).getFirst().transactions()
                .getFirst();
        apply(new Input.TimerElapsed(new TimerId.TransactionsDue(), NOW + 500));
        assertThat(all(Effect.SubmitTransactions.class).getFirst().transactions())
                .containsExactly(made);
        apply(block(1, List.of(made.bytes())));
        assertThat(changes(Change.TransactionDone.class)).hasSize(1);
        assertThat(all(Effect.Tell.class)).hasSize(1);
        apply(new Input.TimerElapsed(new TimerId.TransactionsDue(), NOW + 1_000));
        assertThat(all(Effect.SubmitTransactions.class)).isEmpty();
    }

    @Test
    void holdsNoMoreReceiptsThanItsLimit() {
        begin("bob");
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        for (int number = 0; number < 3; number++) {
            forward(number);
            apply(new Input.DeliveriesReceived(1, List.of(delivery(number)), NOW));
            assertThat(all(Effect.AnswerDeliveries.class).getFirst().results().getFirst()
                    .getRejection().getCode())
                    .isEqualTo(number < 2
                            ? RejectionCode.REJECTION_CODE_UNSPECIFIED
                            : RejectionCode.OVERLOADED);
        }
        apply(new Input.DeliveriesReceived(1, List.of(delivery(9)), NOW));
        assertThat(all(Effect.AnswerDeliveries.class).getFirst().results().getFirst().getRejection()
                .getCode()).isEqualTo(RejectionCode.NOT_FOUND);
    }

    @Test
    void claimsRefusedReceiptsAgainInHalves() {
        begin("bob");
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        List<ByteString> batches = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            forward(number);
            apply(new Input.DeliveriesReceived(1, List.of(delivery(number)), NOW));
            batches.add(network.dchat.ledger.Transactions.orderBatch(People.NETWORK,
                    People.key("relay2"), number + 1, List.of(delivery(number).commitment()))
                    .encoded());
        }
        apply(block(1, batches));
        Effect.Transaction root = all(Effect.SubmitTransactions.class).getFirst().transactions()
                .getFirst();
        for (int refusal = 0; refusal < 3; refusal++) {
            apply(new Input.TransactionAnswered(root.hash(),
                    Optional.of(Rejection.newBuilder().setCode(RejectionCode.CONFLICT).build()),
                    NOW));
        }
        assertThat(leaves()).containsExactly(1);
        apply(new Input.TimerElapsed(new TimerId.DeliveryRootDue(), NOW + 500));
        assertThat(leaves()).containsExactly(1);
    }

    @Test
    void letsTheOldestConnectionGoWhenThereAreTooMany() {
        begin("bob");
        apply(new Input.UserAttached(2, People.address("bob"), AttachmentRole.OWNER, NOW));
        assertThat(all(Effect.CloseAttachment.class)).isEmpty();
        apply(new Input.UserAttached(3, People.address("bob"), AttachmentRole.OWNER, NOW));
        assertThat(all(Effect.CloseAttachment.class)).extracting(Effect.CloseAttachment::attachment)
                .containsExactly(1L);
    }

    @Test
    void removesNothingWhenAHolderAcknowledges() {
        begin("bob");
        apply(new Input.UserAttached(2, People.address("bob"), AttachmentRole.HOLDER, NOW));
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        forward(1);
        assertThat(all(Effect.PushMail.class)).hasSize(2);
        apply(new Input.FeedAcknowledged(2, FeedKind.MAIL, 1, NOW));
        assertThat(mailbox.status().waitingMessages()).isEqualTo(1);
        apply(new Input.FeedAcknowledged(1, FeedKind.MAIL, 99, NOW));
        assertThat(mailbox.status().waitingMessages()).isZero();
    }

    @Test
    void dropsWhatIsOver() {
        begin("bob");
        apply(new Input.UserRecordReceived(bob(RELAY1), NOW));
        forward(1);
        apply(new Input.TimerElapsed(new TimerId.SweepDue(), LATER - 1));
        assertThat(mailbox.status().waitingMessages()).isEqualTo(1);
        apply(new Input.TimerElapsed(new TimerId.SweepDue(), LATER));
        assertThat(mailbox.status().waitingMessages()).isZero();
    }

    @Test
    void keepsReturnedReceiptsUpToItsLimitAndAcknowledgesForeignTokens() {
        apply(new Input.Started(NOW));
        apply(new Input.UserAttached(1, People.address("alice"), AttachmentRole.OWNER, NOW));
        ByteString token = all(Effect.Welcome.class).getFirst().tokens().getFirst();
        for (int number = 0; number < 4; number++) {
            apply(new Input.ReceiptsReturned(RELAY2, List.of(returned(number,
                    number == 3 ? token.substring(1).concat(token.substring(0, 1)) : token)), NOW));
            assertThat(all(Effect.AcknowledgeReturns.class)).hasSize(number == 2 ? 0 : 1);
            assertThat(all(Effect.PushEvents.class)).hasSize(number < 2 ? 1 : 0);
        }
    }

    private VerifiedReturn returned(int number, ByteString token) {
        SignedDelivery delivery = delivery(number).delivery();
        return inspector.returned(
                network.dchat.wire.v1.ReturnedReceipt.newBuilder().setToken(token)
                        .setReceipt(delivery.getReceipt())
                        .setDeviceCertificate(delivery.getDeviceCertificate())
                        .setId(People.hash("transfer" + number).bytes().substring(0, 16)).build(),
                NOW).orElseThrow();
    }

    private void begin(String user) {
        apply(new Input.Started(NOW));
        apply(new Input.AccountKnown(0, 1_000, NOW));
        apply(new Input.UserAttached(1, People.address(user), AttachmentRole.OWNER, NOW));
    }

    private void apply(Input input) {
        effects.clear();
        effects.addAll(mailbox.apply(input));
        all(Effect.LookUpUserRecord.class).forEach(question -> lastLookup = question.lookup());
    }

    private void submit(long nowMillis, VerifiedSubmission submission) {
        apply(new Input.Submitted(1, List.of(submission), nowMillis));
    }

    private void found(long nowMillis, Optional<UserRoute> route) {
        apply(new Input.UserRecordFound(lastLookup, route, nowMillis));
    }

    private void forward(int number) {
        apply(new Input.EnvelopesReceived(RELAY2, List.of(forwarded(number)), NOW));
    }

    private VerifiedForward forwarded(int number) {
        return new VerifiedForward(People.id(envelope(number)), People.address("bob"),
                envelope(number), List.of(hop("relay2", "relay1", number)), List.of(RELAY2));
    }

    private static SignedBytes hop(String from, String to, int number) {
        return Signatures.sign(SignatureKind.HOP, People.NETWORK,
                Hop.newBuilder().setMessageId(People.id(envelope(number)).bytes())
                        .setNext(People.relay(to).toBytes()).build().toByteString(),
                People.key(from));
    }

    private void stored(MessageId id, String relay) {
        SignedBytes signed = Signatures.sign(SignatureKind.STORED, People.NETWORK, Stored
                .newBuilder().setMessageId(id.bytes()).setExpiresAt(LATER).build().toByteString(),
                People.key(relay));
        apply(new Input.ForwardAnswered(People.relay(relay),
                List.of(new ForwardAnswer.Durable(id, LATER, signed)), NOW));
    }

    private VerifiedSubmission submission(int number) {
        return inspector.submission(People.submission("alice", envelope(number), number),
                People.device("alice").publicKey(), NOW).orElseThrow();
    }

    private VerifiedDelivery delivery(int number) {
        MessageId id = People.id(envelope(number));
        ByteString secret = People.secret("alice", number);
        return inspector
                .delivery(SignedDelivery.newBuilder()
                        .setReceipt(DeliveryReceipt.sign(People.NETWORK, People.device("bob"), id,
                                People.address("bob"), NOW))
                        .setClaim(DeliveryClaim.sign(People.NETWORK,
                                network.dchat.ledger.ClaimKey.derive(secret), RELAY1,
                                Opening.of(id, secret).commitment()))
                        .setOpening(Opening.of(id, secret).hash().bytes())
                        .setDeviceCertificate(People.certificate("bob")).build(), NOW)
                .orElseThrow();
    }

    private static Envelope envelope(int number) {
        return People.envelope("bob", People.content("alice", number, List.of()), LATER);
    }

    private static UserRoute bob(PeerId... relays) {
        return UserRoute.of(record(1, relays));
    }

    private static network.dchat.identity.Certified<network.dchat.identity.UserRecord> record(
            long sequence, PeerId... relays) {
        return People.record("bob", sequence, List.of(relays), NOW);
    }

    private static Input.BlockCommitted block(long height, List<ByteString> transactions) {
        return new Input.BlockCommitted(
                ObservedBlock.of(ChainMachine.block(height, transactions, NOW)), NOW);
    }

    private <T extends Effect> List<T> all(Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <T extends Change> List<T> changes(Class<T> kind) {
        return all(Effect.Persist.class).stream().flatMap(persist -> persist.changes().stream())
                .filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<Integer> orders() {
        return changes(Change.TransactionAdded.class).stream()
                .map(added -> ((Change.Content.Orders) added.content()).orders().size()).toList();
    }

    private List<Integer> leaves() {
        return changes(Change.TransactionAdded.class).stream()
                .map(added -> ((Change.Content.Leaves) added.content()).leaves().size()).toList();
    }

    private List<RejectionCode> codes() {
        return all(Effect.AnswerSubmissions.class).stream()
                .flatMap(answer -> answer.results().stream()).map(SubmissionResult::getRejection)
                .map(Rejection::getCode).toList();
    }

    private List<Effect.EnvelopeAnswer> answers() {
        return all(Effect.AnswerEnvelopes.class).stream()
                .flatMap(answer -> answer.answers().stream()).toList();
    }

    private RejectionCode declined() {
        return ((Effect.EnvelopeAnswer.Declined) answers().getFirst()).rejection().getCode();
    }
}
