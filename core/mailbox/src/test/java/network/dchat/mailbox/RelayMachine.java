package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.DiskContents;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Octets;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.CommittedBlock;
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
import network.dchat.wire.v1.ReturnedReceipts;
import network.dchat.wire.v1.SubmissionResults;

/// A relay under simulation: the mailbox machine, its streams, and a disk in place of the database.
final class RelayMachine implements Machine<Post, Event> {
    private static final String LOG = "changes";
    private static final long TICK_MILLIS = 500;
    private static final long STALL_MILLIS = 6_000;

    private final World world;
    private final SigningKey key;
    private final Mailbox mailbox;
    private final Inspector inspector;
    private final Map<String, UserStream> streams = new TreeMap<>();
    private final Map<String, Long> lastStreams = new HashMap<>();
    private final Map<Long, UserStream> attachments = new HashMap<>();
    private final StoreModel store = new StoreModel();
    private int applied;
    private long attached;

    /// What all simulated nodes share: names, and changes whose bytes need not be written out.
    static final class World {
        private final List<List<Change>> changes = new ArrayList<>();
        private final Map<PeerId, String> relays = new HashMap<>();
        private final Map<WalletAddress, String> users = new HashMap<>();
        private final Map<String, List<PeerId>> homes = new HashMap<>();
        private final MailboxLimits limits;

        World(List<String> relayNames, Map<String, List<String>> userHomes, MailboxLimits limits) {
            relayNames.forEach(name -> relays.put(People.relay(name), name));
            userHomes.forEach((user, names) -> {
                users.put(People.address(user), user);
                homes.put(user, names.stream().map(People::relay).toList());
            });
            this.limits = limits;
        }

        /// A user's relays at the beginning.
        List<PeerId> homes(String user) {
            return homes.getOrDefault(user, List.of());
        }

        String relayName(PeerId relay) {
            return Optional.ofNullable(relays.get(relay)).orElseThrow();
        }

        String userName(WalletAddress address) {
            return Optional.ofNullable(users.get(address)).orElseThrow();
        }

        /// What a relay's disk holds.
        StoreModel store(DiskContents disk) {
            StoreModel model = new StoreModel();
            disk.log(LOG).forEach(unit -> read(unit).forEach(model::apply));
            return model;
        }

        private Octets write(List<Change> unit) {
            changes.add(unit);
            return Octets.of(ByteBuffer.allocate(4).putInt(changes.size() - 1).array());
        }

        private List<Change> read(Octets unit) {
            return changes.get(ByteBuffer.wrap(unit.toByteArray()).getInt());
        }
    }

    /// One user's stream.
    private static final class UserStream {
        private final String user;
        private final long number;
        private final long attachment;
        private final FrameStream<AttachFrame, RelayFrame> in;

        UserStream(String user, long number, long attachment, long nowMillis) {
            this.user = user;
            this.number = number;
            this.attachment = attachment;
            this.in = new FrameStream<>(nowMillis);
        }
    }

    RelayMachine(Boot boot, World world) {
        this.world = world;
        this.key = People.key(boot.node());
        this.inspector = new Inspector(People.NETWORK, PeerId.of(key.publicKey()));
        this.mailbox = new Mailbox(
                new MailboxKeys(People.NETWORK, key, People.hash(boot.node() + "/secret").bytes(),
                        People.hash(boot.node() + "/life/" + boot.life()).bytes()),
                world.limits, ChainMachine.TERMS);
        readOn(boot.disk());
        store.rows().forEach(mailbox::restore);
    }

    Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public List<Action<Post, Event>> start(long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        actions.add(Action.setTimer("tick", TICK_MILLIS, Event.Tick::new));
        actions.addAll(input(new Input.Started(nowMillis)));
        return actions;
    }

    @Override
    public List<Action<Post, Event>> receive(String from, Post message, long nowMillis) {
        return switch (message) {
            case Post.ToRelay frame -> userFrame(from, frame, nowMillis);
            case Post.Forward(ForwardFrame frame) ->
                relayFrame(People.relay(from), frame, nowMillis);
            case Post.Blocks(List<CommittedBlock> blocks) -> blocks(blocks, nowMillis);
            case Post.Submitted(Map<Hash, Optional<Rejection>> results) -> {
                List<Action<Post, Event>> actions = new ArrayList<>();
                results.forEach((hash, rejection) -> actions
                        .addAll(input(new Input.TransactionAnswered(hash, rejection, nowMillis))));
                yield actions;
            }
            default -> throw new IllegalStateException("relay: unexpected " + message);
        };
    }

    @Override
    public List<Action<Post, Event>> apply(Event event) {
        return switch (event) {
            case Event.Relay(Input input) -> input(input);
            case Event.Tick(long nowMillis) -> tick(nowMillis);
            default -> throw new IllegalStateException("relay: unexpected " + event);
        };
    }

    private List<Action<Post, Event>> tick(long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        actions.add(Action.setTimer("tick", TICK_MILLIS, Event.Tick::new));
        actions.add(Action.send(ChainMachine.NAME, new Post.WantBlocks(mailbox.height() + 1)));
        for (UserStream stream : List.copyOf(streams.values())) {
            if (stream.in.isStalled(STALL_MILLIS, nowMillis)) {
                actions.addAll(close(stream, nowMillis));
            } else {
                stream.in.unacknowledged()
                        .forEach((number, frame) -> actions.add(post(stream, number, frame)));
            }
        }
        return actions;
    }

    private List<Action<Post, Event>> close(UserStream stream, long nowMillis) {
        streams.remove(stream.user);
        attachments.remove(stream.attachment);
        return input(new Input.UserDetached(stream.attachment, nowMillis));
    }

    private List<Action<Post, Event>> userFrame(String user, Post.ToRelay post, long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        UserStream stream = streams.get(user);
        if (stream == null || stream.number != post.stream()) {
            if (post.stream() <= lastStreams.getOrDefault(user, 0L) || post.number() != 1) {
                return List.of();
            }
            if (stream != null) {
                actions.addAll(close(stream, nowMillis));
            }
            lastStreams.put(user, post.stream());
            attached++;
            stream = new UserStream(user, post.stream(), attached, nowMillis);
            streams.put(user, stream);
            attachments.put(attached, stream);
        }
        for (AttachFrame next : stream.in.receive(post.number(), post.acknowledged(), post.frame(),
                nowMillis)) {
            actions.addAll(frame(stream, next, nowMillis));
        }
        return actions;
    }

    private List<Action<Post, Event>> frame(UserStream stream, AttachFrame frame, long now) {
        return switch (frame.getFrameCase()) {
            case HELLO -> {
                List<Action<Post, Event>> actions = new ArrayList<>(
                        input(new Input.UserAttached(stream.attachment, People.address(stream.user),
                                AttachmentRole.OWNER, now)));
                actions.addAll(input(new Input.UserRecordReceived(
                        AttachProofs.route(People.NETWORK, frame.getHello().getUserRecord(),
                                People.address(stream.user), now).orElseThrow(),
                        now)));
                yield actions;
            }
            case SUBMISSIONS ->
                input(new Input.Submitted(stream.attachment,
                        frame.getSubmissions().getSubmissionsList().stream()
                                .map(signed -> inspector.submission(signed,
                                        People.device(stream.user).publicKey(), now).orElseThrow())
                                .toList(),
                        now));
            case ACK -> input(new Input.FeedAcknowledged(stream.attachment, FeedKind.MAIL,
                    frame.getAck().getSequence(), now));
            case EVENT_ACK -> input(new Input.FeedAcknowledged(stream.attachment, FeedKind.EVENTS,
                    frame.getEventAck().getSequence(), now));
            case DELIVERIES -> input(new Input.DeliveriesReceived(stream.attachment,
                    frame.getDeliveries().getDeliveriesList().stream()
                            .map(delivery -> inspector.delivery(delivery, now).orElseThrow())
                            .toList(),
                    now));
            case FINALITY -> input(new Input.FinalityRequested(stream.attachment,
                    frame.getFinality().getCommitmentsList().stream()
                            .map(bytes -> OrderCommitment.parse(bytes).orElseThrow()).toList(),
                    now));
            case USER_RECORD -> throw new IllegalStateException("user record: unexpected");
            case FRAME_NOT_SET ->
                List.of(toUser(stream.attachment, RelayFrame.getDefaultInstance()));
        };
    }

    private List<Action<Post, Event>> relayFrame(PeerId from, ForwardFrame frame, long now) {
        return switch (frame.getFrameCase()) {
            case ENVELOPES -> input(new Input.EnvelopesReceived(from,
                    frame.getEnvelopes().getEnvelopesList().stream()
                            .map(each -> inspector.forward(each, from, now).orElseThrow()).toList(),
                    now));
            case RESULTS -> input(new Input.ForwardAnswered(from,
                    frame.getResults().getResultsList().stream()
                            .map(each -> inspector.answer(each, from).orElseThrow()).toList(),
                    now));
            case RECEIPTS -> input(new Input.ReceiptsReturned(from,
                    frame.getReceipts().getReceiptsList().stream()
                            .map(each -> inspector.returned(each, now).orElseThrow()).toList(),
                    now));
            case RETURN_ACKS ->
                input(new Input.ReturnsAcknowledged(from,
                        frame.getReturnAcks().getIdsList().stream()
                                .map(bytes -> TransferId.parse(bytes).orElseThrow()).toList(),
                        now));
            case REJECTION, FRAME_NOT_SET -> throw new IllegalStateException("frame: " + frame);
        };
    }

    private List<Action<Post, Event>> blocks(List<CommittedBlock> blocks, long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        for (CommittedBlock block : blocks) {
            long height = block.getBlock().getHeader().getHeight();
            if (height == mailbox.height() + 1) {
                ObservedBlock observed = ObservedBlock.verify(ChainMachine.TRUST, block)
                        .orElseThrow().block();
                actions.addAll(input(new Input.BlockCommitted(observed, nowMillis)));
            } else if (height > mailbox.height()) {
                actions.add(
                        Action.send(ChainMachine.NAME, new Post.WantBlocks(mailbox.height() + 1)));
                return actions;
            }
        }
        return actions;
    }

    private List<Action<Post, Event>> input(Input input) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        for (Effect effect : mailbox.apply(input)) {
            action(effect).ifPresent(action -> actions.add(
                    effect instanceof Effect.Unconditional && !(action instanceof Action.Persist)
                            ? Action.unconditional(action)
                            : action));
        }
        return actions;
    }

    private Optional<Action<Post, Event>> action(Effect effect) {
        return switch (effect) {
            case Effect.Persist(List<Change> changes) ->
                Optional.of(Action.append(LOG, world.write(changes).toByteArray()));
            case Effect.SetTimer(TimerId timer, long atMillis) -> Optional.of(Action
                    .setTimerAt(timer, atMillis, now -> relay(new Input.TimerElapsed(timer, now))));
            case Effect.Welcome(long attachment, List<ByteString> tokens, long waiting) ->
                Optional.of(toUser(attachment,
                        RelayFrame.newBuilder().setAttached(
                                Attached.newBuilder().addAllTokens(tokens).setWaiting(waiting))
                                .build()));
            case Effect.GiveTokens(long attachment, List<ByteString> tokens) ->
                Optional.of(toUser(attachment, RelayFrame.newBuilder()
                        .setTokens(ReturnTokens.newBuilder().addAllTokens(tokens)).build()));
            case Effect.CloseAttachment(long attachment, Rejection reason) -> Optional
                    .of(toUser(attachment, RelayFrame.newBuilder().setRejection(reason).build()));
            case Effect.AnswerSubmissions(long attachment, var results) ->
                Optional.of(toUser(attachment,
                        RelayFrame.newBuilder()
                                .setResults(SubmissionResults.newBuilder().addAllResults(results))
                                .build()));
            case Effect.AnswerDeliveries(long attachment, var results) ->
                Optional.of(toUser(attachment,
                        RelayFrame.newBuilder()
                                .setDeliveryResults(
                                        SubmissionResults.newBuilder().addAllResults(results))
                                .build()));
            case Effect.PushMail(long attachment, List<Effect.FeedItem> items) ->
                Optional.of(toUser(attachment,
                        RelayFrame.newBuilder()
                                .setEntries(MailboxEntries.newBuilder().addAllEntries(
                                        items.stream().map(RelayMachine::entry).toList()))
                                .build()));
            case Effect.PushEvents(long attachment, List<Effect.FeedItem> items) -> Optional.of(
                    toUser(attachment, events(items.stream().map(RelayMachine::event).toList())));
            case Effect.Tell(long attachment, List<MailboxEvent> events) ->
                Optional.of(toUser(attachment, events(events)));
            case Effect.SendEnvelopes(PeerId relay, List<Effect.OutgoingEnvelope> envelopes) ->
                Optional.of(toRelay(relay,
                        ForwardFrame.newBuilder().setEnvelopes(ForwardedEnvelopes.newBuilder()
                                .addAllEnvelopes(envelopes.stream().map(this::signed).toList()))
                                .build()));
            case Effect.AnswerEnvelopes(PeerId relay, List<Effect.EnvelopeAnswer> answers) ->
                Optional.of(toRelay(relay,
                        ForwardFrame.newBuilder()
                                .setResults(ForwardResults.newBuilder()
                                        .addAllResults(answers.stream().map(this::signed).toList()))
                                .build()));
            case Effect.SendReceipts(PeerId relay, var receipts) -> Optional.of(toRelay(relay,
                    ForwardFrame.newBuilder()
                            .setReceipts(ReturnedReceipts.newBuilder().addAllReceipts(receipts))
                            .build()));
            case Effect.AcknowledgeReturns(PeerId relay, List<TransferId> transfers) ->
                Optional.of(toRelay(relay,
                        ForwardFrame.newBuilder()
                                .setReturnAcks(ReturnAcks.newBuilder().addAllIds(
                                        transfers.stream().map(TransferId::bytes).toList()))
                                .build()));
            default -> question(effect);
        };
    }

    private Optional<Action<Post, Event>> question(Effect effect) {
        return switch (effect) {
            case Effect.LookUpUserRecord(long lookup, WalletAddress address) ->
                Optional.of(Action.call(ChainMachine.NAME, new Post.AskRecord(address), 1_000,
                        (result, now) -> relay(
                                new Input.UserRecordFound(lookup, Post.record(result), now))));
            case Effect.FindFinality(long lookup, List<OrderCommitment> commitments) ->
                Optional.of(Action.call(ChainMachine.NAME, new Post.AskProofs(commitments), 1_000,
                        (result, now) -> relay(
                                new Input.FinalityFound(lookup, Post.proofs(result), now))));
            case Effect.FindAccount() -> Optional.of(Action.call(ChainMachine.NAME,
                    new Post.AskAccount(WalletAddress.of(key.publicKey())), 1_000,
                    (result, now) -> relay(Post.account(result)
                            .<Input>map(account -> new Input.AccountKnown(account.highestSequence(),
                                    account.balance() / ChainMachine.TERMS.fee(), now))
                            .orElseGet(() -> new Input.AccountUnknown("no answer", now)))));
            case Effect.SubmitTransactions(List<Effect.Transaction> transactions) ->
                Optional.of(Action.send(ChainMachine.NAME, new Post.Submit(
                        transactions.stream().map(Effect.Transaction::bytes).toList())));
            case Effect.LoadFeed load -> Optional.of(Action.read((disk, now) -> {
                readOn(disk);
                return relay(new Input.FeedLoaded(load.load(), store.load(load), now));
            }));
            case Effect.LoadEnvelopes load -> Optional.of(Action.read((disk, now) -> {
                readOn(disk);
                return relay(new Input.EnvelopesLoaded(load.load(), store.load(load), now));
            }));
            case Effect.PublishUserRecord _,Effect.Count _ -> Optional.empty();
            default -> throw new IllegalStateException("effect: " + effect);
        };
    }

    private void readOn(DiskContents disk) {
        List<Octets> log = disk.log(LOG);
        while (applied < log.size()) {
            world.read(log.get(applied)).forEach(store::apply);
            applied++;
        }
    }

    private static Event relay(Input input) {
        return new Event.Relay(input);
    }

    private Action<Post, Event> toUser(long attachment, RelayFrame frame) {
        UserStream stream = attachments.get(attachment);
        if (stream == null) {
            return Action.observe("frame for a stream that is gone");
        }
        return post(stream, stream.in.send(frame), frame);
    }

    private static Action<Post, Event> post(UserStream stream, long number, RelayFrame frame) {
        return Action.send(stream.user,
                new Post.ToUser(stream.number, number, stream.in.received(), frame));
    }

    private Action<Post, Event> toRelay(PeerId relay, ForwardFrame frame) {
        return Action.send(world.relayName(relay), new Post.Forward(frame));
    }

    private static RelayFrame events(List<MailboxEvent> events) {
        return RelayFrame.newBuilder().setEvents(MailboxEvents.newBuilder().addAllEvents(events))
                .build();
    }

    private static MailboxEntry entry(Effect.FeedItem item) {
        try {
            return MailboxEntry.newBuilder().setSequence(item.sequence())
                    .setEnvelope(Envelope.parseFrom(item.body())).build();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static MailboxEvent event(Effect.FeedItem item) {
        try {
            return MailboxEvent.parseFrom(item.body()).toBuilder().setSequence(item.sequence())
                    .build();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private ForwardedEnvelope signed(Effect.OutgoingEnvelope outgoing) {
        try {
            return ForwardedEnvelope.newBuilder()
                    .setEnvelope(Envelope.parseFrom(outgoing.envelope()))
                    .addAllHops(outgoing.hops()).addHops(Signatures.sign(SignatureKind.HOP,
                            People.NETWORK, outgoing.next().toByteString(), key))
                    .build();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private ForwardResult signed(Effect.EnvelopeAnswer answer) {
        return switch (answer) {
            case Effect.EnvelopeAnswer.Durable(MessageId id, var stored) -> ForwardResult
                    .newBuilder().setMessageId(id.bytes()).setStored(Signatures
                            .sign(SignatureKind.STORED, People.NETWORK, stored.toByteString(), key))
                    .build();
            case Effect.EnvelopeAnswer.Declined(MessageId id, Rejection rejection) ->
                ForwardResult.newBuilder().setMessageId(id.bytes()).setRejection(rejection).build();
        };
    }
}
