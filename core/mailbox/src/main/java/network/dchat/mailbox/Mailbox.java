package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.User.Attachment;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnedReceipt;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionResult;

/// A relay's store-and-forward machine: one per relay, owned by one thread.
///
/// Inputs have passed [Inspector]. Effects are in order; what follows a [Effect.Persist] waits for
/// it, so that nothing is acknowledged before it is durable. Its durable state is the sum of its
/// [Change]s: a new life is [#restore]d from those that the store still has and begins with
/// [Input.Started].
public final class Mailbox {
    /// How long an id is kept after its message expired.
    public static final long ID_MEMORY_MILLIS = 600_000;
    /// How long a receipt waits for its message's position, and evidence for its sender's relay.
    public static final long DELIVERY_MILLIS = TimeUnit.DAYS.toMillis(2);
    /// How long a returned receipt is kept for a sender who is away.
    public static final long EVENT_MILLIS = TimeUnit.DAYS.toMillis(30);
    /// Return tokens that a newly attached user is given.
    public static final int TOKENS = 32;

    private static final long TOKEN_MILLIS = TimeUnit.DAYS.toMillis(61);
    private static final long SWEEP_MILLIS = 60_000;
    private static final int SWEEPS_BETWEEN_PUBLICATIONS = 30;
    private static final long LOAD_PAUSE_MILLIS = 1_000;

    private final MailboxKeys keys;
    private final PeerId self;
    private final ReturnTokens tokens;
    private final Acceptance acceptance;
    private final Feeds feeds;
    private final Routes routes;
    private final Links links;
    private final Forwarding forwarding;
    private final Reception reception;
    private final ChainDuties chain;
    private final OpenTransactions transactions;
    private final OrderQueue orders;
    private final Deliveries deliveries;
    private final Positions positions;
    private final Returns returns;
    private final PassingOn passingOn;
    private long loads;
    private int sweeps;

    /// A machine without any state.
    ///
    /// @param terms what the chain demands of delivery roots
    public Mailbox(MailboxKeys keys, MailboxLimits limits, ChainTerms terms) {
        long seed = keys.number();
        this.keys = keys;
        this.self = keys.relay();
        this.tokens = new ReturnTokens(keys.tokenKey(), keys.seed());
        this.feeds = new Feeds(limits, this::nextLoad);
        this.routes = new Routes(limits.links(), seed >>> 16);
        this.loads = seed >>> 16;
        this.links = new Links(limits.links(), new Bringing(), seed);
        this.forwarding = new Forwarding(self, limits, new ForwardingParts());
        this.reception = new Reception(self, limits, feeds, routes, seed);
        this.chain = new ChainDuties(keys, limits, terms, links, feeds);
        this.transactions = chain.transactions();
        this.orders = chain.orders();
        this.deliveries = chain.deliveries();
        this.positions = chain.positions();
        this.acceptance = new Acceptance(limits, forwarding,
                new Acceptance.Ordering(orders, positions, transactions.purse()), seed);
        this.passingOn = new PassingOn(keys.network(), self, feeds, forwarding);
        this.returns = new Returns(tokens, feeds, seed);
    }

    /// Takes up a change of an earlier life. Only before [Input.Started]; in any order, except that
    /// what was added comes before what was removed, and a feed's entries come by number.
    public void restore(Change change) {
        switch (change) {
            case Change.UserKnown(UserRoute route) -> {
                feeds.obtain(route.address()).ifPresent(user -> user.route(route));
                routes.learn(route, 0);
            }
            case Change.FeedAdded added -> {
                feeds.restore(added);
                if (added.feed() == FeedKind.MAIL) {
                    reception.remember(added.id());
                }
            }
            case Change.FeedAcknowledged acknowledged -> feeds.restore(acknowledged);
            case Change.OutboxAdded added -> {
                forwarding.restore(added);
                acceptance.remember(added.id());
            }
            case Change.OutboxDone done -> forwarding.restore(done);
            case Change.OfChain about -> chain.restore(about);
            case Change.Swept _ -> {
            }
            case Change.IdKnown(Change.IdUse use, MessageId id, _) -> {
                switch (use) {
                    case MAIL -> reception.remember(id);
                    case OUTBOX -> acceptance.remember(id);
                }
            }
        }
    }

    /// What an input leads to.
    public List<Effect> apply(Input input) {
        Turn turn = new Turn(input.nowMillis());
        switch (input) {
            case Input.Started _ -> start(turn);
            case Input.TimerElapsed(TimerId timer, _) -> timerElapsed(timer, turn);
            case Input.UserAttached attached -> attach(attached, turn);
            case Input.UserDetached(long attachment, _) -> feeds.detach(attachment);
            case Input.UserRecordReceived(UserRoute route, _) -> recordReceived(route, turn);
            case Input.Submitted(long attachment, List<VerifiedSubmission> submissions, _) ->
                feeds.attachment(attachment).ifPresent(from -> submit(from, submissions, turn));
            case Input.FeedAcknowledged(long attachment, FeedKind feed, long sequence, _) ->
                feeds.attachment(attachment)
                        .ifPresent(from -> feeds.acknowledge(from, feed, sequence, turn));
            case Input.DeliveriesReceived(long attachment, List<VerifiedDelivery> received, _) ->
                feeds.attachment(attachment).ifPresent(from -> deliver(from, received, turn));
            case Input.FinalityRequested(long attachment, var commitments, _) ->
                feeds.attachment(attachment).ifPresent(from -> commitments
                        .forEach(commitment -> positions.await(from, commitment, turn)));
            case Input.EnvelopesReceived(PeerId from, List<VerifiedForward> envelopes, _) ->
                envelopes.forEach(envelope -> reception.receive(from, envelope, turn));
            case Input.ForwardAnswered(PeerId from, List<ForwardAnswer> answers, _) ->
                answers.forEach(answer -> forwarding.answered(from, answer, turn));
            case Input.ReceiptsReturned(PeerId from, List<VerifiedReturn> receipts, _) ->
                receipts.forEach(receipt -> returns.receive(from, receipt, turn));
            case Input.ReturnsAcknowledged(PeerId from, List<TransferId> transfers, _) ->
                transfers.forEach(transfer -> returnAcknowledged(from, transfer, turn));
            case Input.LinkUp(PeerId relay, _) -> links.up(relay);
            case Input.LinkDown(PeerId relay, _) -> links.down(relay, turn);
            case Input.UserRecordFound found -> recordFound(found, turn);
            case Input.FeedLoaded loaded -> feedLoaded(loaded, turn);
            case Input.EnvelopesLoaded loaded -> forwarding.loaded(loaded, turn);
            case Input.LoadFailed(long load, _, _) -> loadFailed(load, turn);
            case Input.AccountKnown(long highest, long affordable, _) ->
                transactions.accountKnown(highest, affordable, turn);
            case Input.AccountUnknown _ -> transactions.accountUnknown(turn);
            case Input.RegistrationWanted(RegisterNode node, _) -> chain.register(node, turn);
            case Input.BlockCommitted(ObservedBlock block, _) -> chain.committed(block, turn);
            case Input.TransactionAnswered answered ->
                transactions.answered(answered.transaction(), answered.rejection(), turn);
            case Input.FinalityFound found -> positions.found(found, turn);
        }
        flush(turn);
        return turn.finish();
    }

    /// The last block that was seen, 0 for none. Blocks are wanted from the next one on.
    public long height() {
        return chain.height();
    }

    /// What the machine holds now.
    public MailboxStatus status() {
        return new MailboxStatus(feeds.users(), feeds.attachments(), feeds.messages(),
                forwarding.size(), reception.parkedEnvelopes(), orders.size(), transactions.open(),
                deliveries.size(), links.relays(), links.failing(), transactions.purse().left(),
                chain.audits(), chain.height());
    }

    /// Does what several parts of a turn have prepared, once for all of them.
    private void flush(Turn turn) {
        forwarding.flush(turn);
        orders.flush(turn).forEach(id -> forwarding.ordered(id, turn));
        deliveries.flush(turn);
        positions.flush(turn);
        links.flush(turn);
        reception.flush(turn);
        returns.flush(turn);
    }

    private void start(Turn turn) {
        turn.effect(new Effect.FindAccount());
        turn.effect(new Effect.SetTimer(new TimerId.SweepDue(), turn.now() + SWEEP_MILLIS));
        forwarding.unordered().stream()
                .sorted(Comparator.comparingLong(
                        message -> message.order.map(Change.Order::number).orElse(0L)))
                .forEach(orders::add);
        chain.start(turn);
        forwarding.start(turn);
        transactions.start(turn);
    }

    private void timerElapsed(TimerId timer, Turn turn) {
        switch (timer) {
            case TimerId.OrderBatchDue _ -> orders.timerElapsed();
            case TimerId.DeliveryRootDue _ -> deliveries.timerElapsed();
            case TimerId.TransactionsDue _ -> transactions.timerElapsed(turn);
            case TimerId.PositionsDue _ -> positions.timerElapsed();
            case TimerId.LookupsDue _ -> routes.timerElapsed(turn);
            case TimerId.AccountDue _ -> transactions.accountTimerElapsed(turn);
            case TimerId.SweepDue _ -> sweep(turn);
            case TimerId.LinkDue(PeerId relay) -> links.timerElapsed(relay, turn);
            case TimerId.LoadDue(long load) -> {
                if (!feeds.retry(load, turn)) {
                    forwarding.retry(load, turn);
                }
            }
        }
    }

    private void attach(Input.UserAttached attached, Turn turn) {
        Optional<User> user = feeds.obtain(attached.address());
        if (user.isEmpty()) {
            turn.effect(new Effect.CloseAttachment(attached.attachment(),
                    Refusals.of(RejectionCode.QUOTA_EXCEEDED, "relay: too many mailboxes")));
            return;
        }
        Attachment attachment = new Attachment(attached.attachment(), user.get(), attached.role());
        feeds.attach(attachment, turn);
        turn.effect(new Effect.Welcome(attachment.id, freshTokens(user.get(), TOKENS, turn),
                user.get().mail.entries.count()));
        feeds.pump(attachment, FeedKind.MAIL, turn);
        feeds.pump(attachment, FeedKind.EVENTS, turn);
    }

    private List<ByteString> freshTokens(User user, int count, Turn turn) {
        return tokens.seal(user.address, turn.now() + TOKEN_MILLIS, count);
    }

    /// A user told its record: the newest one is kept, told to the DHT, and followed.
    private void recordReceived(UserRoute route, Turn turn) {
        boolean news = routes.known(route.address(), turn.now())
                .filter(known -> known.sequence() >= route.sequence()).isEmpty();
        learn(route, turn);
        if (news && route.names(self)) {
            turn.effect(new Effect.PublishUserRecord(route.record()));
        }
    }

    private void recordFound(Input.UserRecordFound found, Turn turn) {
        Optional<Routes.Answered> answered = routes.answered(found.lookup(), turn);
        if (answered.isEmpty()) {
            return;
        }
        WalletAddress address = answered.get().address();
        Optional<UserRoute> route = found.route().filter(each -> each.address().equals(address));
        if (route.isPresent()) {
            learn(route.get(), turn);
            return;
        }
        reception.routeMissing(address, turn);
        Optional<UserRoute> known = routes.known(address, turn.now());
        if (known.isPresent()) {
            forwarding.routeFound(known.get(), turn);
        } else if (forwarding.waitsFor(address)) {
            routes.searchAgain(address, answered.get().failures() + 1, turn);
        }
    }

    private void learn(UserRoute told, Turn turn) {
        routes.learn(told, turn.now());
        UserRoute route = routes.known(told.address(), turn.now()).orElse(told);
        Optional<User> user = route.names(self)
                ? feeds.obtain(route.address())
                : feeds.user(route.address());
        user.ifPresent(known -> {
            boolean news = known.route().filter(old -> old.sequence() >= route.sequence())
                    .isEmpty();
            if (news) {
                known.route(route);
                turn.change(new Change.UserKnown(route));
            }
        });
        forwarding.routeFound(route, turn);
        reception.routeFound(route, turn);
        user.ifPresent(known -> passingOn.look(known, turn));
    }

    private void submit(Attachment from, List<VerifiedSubmission> submissions, Turn turn) {
        List<SubmissionResult> results = new ArrayList<>(submissions.size());
        int accepted = 0;
        for (VerifiedSubmission submission : submissions) {
            SubmissionResult.Builder result = SubmissionResult.newBuilder()
                    .setMessageId(submission.id().bytes());
            Optional<Rejection> refusal = acceptance.take(from.user, submission, turn);
            refusal.ifPresent(result::setRejection);
            accepted += refusal.isEmpty() ? 1 : 0;
            results.add(result.build());
        }
        turn.effect(new Effect.AnswerSubmissions(from.id, results));
        if (accepted > 0) {
            turn.effect(new Effect.GiveTokens(from.id, freshTokens(from.user, accepted, turn)));
        }
    }

    private void deliver(Attachment from, List<VerifiedDelivery> received, Turn turn) {
        List<SubmissionResult> results = new ArrayList<>(received.size());
        for (VerifiedDelivery delivery : received) {
            SubmissionResult.Builder result = SubmissionResult.newBuilder()
                    .setMessageId(delivery.id().bytes());
            deliver(from.user, delivery, turn).ifPresent(result::setRejection);
            results.add(result.build());
        }
        turn.effect(new Effect.AnswerDeliveries(from.id, results));
    }

    private Optional<Rejection> deliver(User recipient, VerifiedDelivery delivery, Turn turn) {
        if (!delivery.recipient().equals(recipient.address)) {
            turn.count(Counter.NOT_AUTHORISED);
            return Optional
                    .of(Refusals.of(RejectionCode.NOT_AUTHORISED, "receipt: of another mailbox"));
        }
        if (!reception.knows(delivery.id())) {
            turn.count(Counter.DELIVERY_UNKNOWN);
            return Optional.of(Refusals.of(RejectionCode.NOT_FOUND, "message: not delivered here"));
        }
        Optional<Rejection> refusal = deliveries.take(delivery, turn.now() + DELIVERY_MILLIS, turn);
        if (refusal.isEmpty()) {
            deliveries.find(delivery.id()).filter(each -> each.position == null)
                    .ifPresent(taken -> {
                        deliveries.returnStage(taken, TransferId.Stage.RECEIPT, turn);
                        positions.await(taken, turn);
                    });
        }
        return refusal;
    }

    private void returnAcknowledged(PeerId from, TransferId transfer, Turn turn) {
        links.answered(from, new Parcel.Returned(transfer));
        deliveries.acknowledged(from, transfer, turn);
    }

    private void feedLoaded(Input.FeedLoaded input, Turn turn) {
        feeds.loaded(input, turn);
        passingOn.loaded(input, turn);
    }

    private void loadFailed(long load, Turn turn) {
        if (feeds.isLoading(load) || forwarding.isLoading(load)) {
            turn.effect(
                    new Effect.SetTimer(new TimerId.LoadDue(load), turn.now() + LOAD_PAUSE_MILLIS));
        }
    }

    private void sweep(Turn turn) {
        turn.effect(new Effect.SetTimer(new TimerId.SweepDue(), turn.now() + SWEEP_MILLIS));
        turn.change(new Change.Swept(turn.now()));
        feeds.sweep(turn);
        forwarding.sweep(turn);
        deliveries.sweep(turn);
        acceptance.sweep(turn.now());
        feeds.usersWithMail().forEach(user -> passingOn.look(user, turn));
        sweeps++;
        if (sweeps % SWEEPS_BETWEEN_PUBLICATIONS == 0) {
            for (User user : feeds.attachedUsers()) {
                user.route().filter(route -> route.names(self)).ifPresent(
                        route -> turn.effect(new Effect.PublishUserRecord(route.record())));
            }
        }
    }

    private long nextLoad() {
        loads++;
        return loads;
    }

    private SignedBytes signStored(MessageId id, long expiresAtMillis, long nowMillis) {
        return Signatures.sign(SignatureKind.STORED, keys.network(),
                Reception.stored(id, expiresAtMillis, nowMillis).toByteString(), keys.key());
    }

    /// Sends what the links let through.
    private final class Bringing implements Links.Carrier {
        @Override
        public boolean wants(PeerId relay, Parcel parcel) {
            return switch (parcel) {
                case Parcel.Mail(MessageId id) -> forwarding.wants(relay, id);
                case Parcel.Returned(TransferId id) -> deliveries.wants(id);
            };
        }

        @Override
        public void send(PeerId relay, List<Parcel> parcels, Turn turn) {
            List<MessageId> mail = new ArrayList<>();
            List<ReturnedReceipt> receipts = new ArrayList<>();
            for (Parcel parcel : parcels) {
                switch (parcel) {
                    case Parcel.Mail(MessageId id) -> mail.add(id);
                    case Parcel.Returned(TransferId id) ->
                        deliveries.returned(id).ifPresent(receipts::add);
                }
            }
            if (!mail.isEmpty()) {
                forwarding.send(relay, mail, turn);
            }
            if (relay.equals(self)) {
                receipts.forEach(receipt -> returnHere(receipt, turn));
            } else if (!receipts.isEmpty()) {
                turn.effect(new Effect.SendReceipts(relay, receipts));
            }
        }

        @Override
        public void unreachable(PeerId relay, List<Parcel> parcels, Turn turn) {
            List<MessageId> mail = new ArrayList<>();
            for (Parcel parcel : parcels) {
                if (parcel instanceof Parcel.Mail(MessageId id)) {
                    mail.add(id);
                }
            }
            forwarding.unreachable(mail, turn);
        }

        /// Sender and recipient use the same relay.
        private void returnHere(ReturnedReceipt receipt, Turn turn) {
            TransferId transfer = new TransferId(receipt.getId());
            VerifiedReturn verified = new VerifiedReturn(transfer, deliveries.messageOf(transfer),
                    receipt);
            if (returns.keep(verified, turn)) {
                returnAcknowledged(self, transfer, turn);
            }
        }
    }

    private final class ForwardingParts implements Forwarding.Parts {
        @Override
        public Routes routes() {
            return routes;
        }

        @Override
        public Links links() {
            return links;
        }

        @Override
        public Feeds feeds() {
            return feeds;
        }

        @Override
        public Optional<Rejection> storeHere(Outgoing message, ByteString envelope, Turn turn) {
            return reception.store(message.recipient,
                    new Feeds.Body(message.id, message.expiresAtMillis, envelope, message.hops),
                    turn);
        }

        @Override
        public SignedBytes signStored(Outgoing message, long nowMillis) {
            return Mailbox.this.signStored(message.id, message.expiresAtMillis, nowMillis);
        }

        @Override
        public boolean isOrdered(Change.Order order) {
            return orders.isPlaced(order.number());
        }

        @Override
        public long nextLoad() {
            return Mailbox.this.nextLoad();
        }
    }
}
