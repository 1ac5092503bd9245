package network.dchat.mailbox;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.outbox.Change;
import network.dchat.mailbox.outbox.Effect;
import network.dchat.mailbox.outbox.Input;
import network.dchat.mailbox.outbox.MessageState;
import network.dchat.mailbox.outbox.Outbox;
import network.dchat.mailbox.outbox.OutboxKeys;
import network.dchat.mailbox.outbox.OutboxLimits;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.mailbox.outbox.ReturnHandles;
import network.dchat.mailbox.outbox.TimerId;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Octets;
import network.dchat.simulation.Write;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.Content;
import network.dchat.wire.v1.DeliveryAck;
import network.dchat.wire.v1.DeliveryBatch;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.EventAck;
import network.dchat.wire.v1.FinalityRequest;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SubmissionBatch;

/// A user under simulation: the outbox machine, its streams, and a disk with the application's
/// messages.
final class UserMachine implements Machine<Post, Event> {
    private static final long TICK_MILLIS = 500;
    private static final long STALL_MILLIS = 4_000;
    static final String SHOWN = "shown/";
    private static final String STATE = "state/";

    private final String name;
    private final RelayMachine.World world;
    private final Outbox outbox;
    private final ReturnHandles handles = new ReturnHandles();
    private final Map<String, RelayStream> streams = new TreeMap<>();
    private final Set<MessageId> shown = new HashSet<>();
    private List<PeerId> relays;
    private long sequence;
    private long opened;
    private Optional<UserRoute> route = Optional.empty();

    /// One relay's stream.
    private static final class RelayStream {
        private final String relay;
        private final long number;
        private final FrameStream<RelayFrame, AttachFrame> in;

        RelayStream(String relay, long number, long nowMillis) {
            this.relay = relay;
            this.number = number;
            this.in = new FrameStream<>(nowMillis);
        }
    }

    UserMachine(Boot boot, RelayMachine.World world, List<PeerId> relays, OutboxLimits limits) {
        this.name = boot.node();
        this.world = world;
        this.relays = relays;
        this.opened = boot.life() * 1_000_000L;
        this.outbox = new Outbox(new OutboxKeys(People.NETWORK, People.address(name),
                People.device(name), People.certificate(name)), limits, ChainMachine.TRUST);
        boot.disk().file("sequence").ifPresent(text -> sequence = Long.parseLong(text.text()));
        boot.disk().file("relays").ifPresent(text -> this.relays = List.of(text.text().split(","))
                .stream().map(PeerId::of).toList());
        for (Change.Table table : Change.Table.values()) {
            if (table.isRestored()) {
                boot.disk().files().subMap(table + "/", table + "0")
                        .forEach((file, row) -> outbox.restore(new Change.Put(table,
                                MessageId.of(file.substring(file.indexOf('/') + 1)),
                                com.google.protobuf.ByteString.copyFrom(row.toByteArray()))));
            }
        }
        boot.disk().files().subMap(SHOWN, "shown0").keySet()
                .forEach(file -> shown.add(MessageId.of(file.substring(SHOWN.length()))));
    }

    Outbox outbox() {
        return outbox;
    }

    @Override
    public List<Action<Post, Event>> start(long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        actions.add(Action.setTimer("tick", TICK_MILLIS, Event.Tick::new));
        actions.add(publish(nowMillis));
        actions.addAll(input(new Input.Started(nowMillis)));
        actions.addAll(input(new Input.RelaysChosen(relays, nowMillis)));
        return actions;
    }

    @Override
    public List<Action<Post, Event>> receive(String from, Post message, long nowMillis) {
        if (!(message instanceof Post.ToUser post)) {
            throw new IllegalStateException("user: unexpected " + message);
        }
        RelayStream stream = streams.get(from);
        if (stream == null || stream.number != post.stream()) {
            return List.of();
        }
        List<Action<Post, Event>> actions = new ArrayList<>();
        for (RelayFrame next : stream.in.receive(post.number(), post.acknowledged(), post.frame(),
                nowMillis)) {
            actions.addAll(frame(stream, next, nowMillis));
        }
        return actions;
    }

    @Override
    public List<Action<Post, Event>> apply(Event event) {
        return switch (event) {
            case Event.User(Input input) -> input(input);
            case Event.Say(String to, long number, long nowMillis) -> say(to, number, nowMillis);
            case Event.Move(List<PeerId> chosen, long nowMillis) -> move(chosen, nowMillis);
            case Event.Connect(PeerId relay, long nowMillis) -> connect(relay, nowMillis);
            case Event.Tick(long nowMillis) -> tick(nowMillis);
            case Event.Nothing() -> List.of();
            case Event.Relay _,Event.MakeBlock _ ->
                throw new IllegalStateException("user: unexpected " + event);
        };
    }

    private List<Action<Post, Event>> tick(long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        actions.add(Action.setTimer("tick", TICK_MILLIS, Event.Tick::new));
        actions.add(publish(nowMillis));
        for (RelayStream stream : List.copyOf(streams.values())) {
            if (stream.in.isStalled(STALL_MILLIS, nowMillis)) {
                actions.addAll(close(stream, nowMillis));
            } else {
                stream.in.unacknowledged()
                        .forEach((number, frame) -> actions.add(post(stream, number, frame)));
                actions.add(send(stream, AttachFrame.getDefaultInstance()));
            }
        }
        return actions;
    }

    private Action<Post, Event> publish(long nowMillis) {
        return Action.send(ChainMachine.NAME, new Post.PublishRecord(route(nowMillis)));
    }

    private UserRoute route(long nowMillis) {
        if (route.isEmpty()) {
            route = Optional.of(People.route(name, sequence, relays, nowMillis));
        }
        return route.get();
    }

    private List<Action<Post, Event>> say(String to, long number, long nowMillis) {
        List<ReturnHandle> taken = handles.take();
        if (taken.isEmpty()) {
            return List.of(Action.feed(500, now -> new Event.Say(to, number, now)));
        }
        Content content = People.content(name, number, taken);
        Envelope envelope = People.envelope(to, content, nowMillis + TimeUnit.DAYS.toMillis(1));
        MessageId id = People.id(envelope);
        OutgoingMessage message = new OutgoingMessage(id,
                Opening.of(id, People.secret(name, number)).commitment(), envelope.getExpiresAt(),
                People.submission(name, envelope, number),
                People.route(to, 0, world.homes(to), nowMillis));
        return input(new Input.Enqueued(message, nowMillis));
    }

    private List<Action<Post, Event>> move(List<PeerId> chosen, long nowMillis) {
        relays = chosen;
        sequence++;
        route = Optional.empty();
        List<Action<Post, Event>> actions = new ArrayList<>();
        String names = String.join(",", chosen.stream().map(PeerId::toString).toList());
        actions.add(Action.persist(Write.replace("relays", Octets.ofText(names).toByteArray()),
                Write.replace("sequence", Octets.ofText(Long.toString(sequence)).toByteArray())));
        actions.add(publish(nowMillis));
        actions.addAll(input(new Input.RelaysChosen(chosen, nowMillis)));
        return actions;
    }

    private List<Action<Post, Event>> connect(PeerId relay, long nowMillis) {
        String relayName = world.relayName(relay);
        opened++;
        RelayStream stream = new RelayStream(relayName, opened, nowMillis);
        streams.put(relayName, stream);
        return List.of(send(stream,
                AttachFrame.newBuilder()
                        .setHello(AttachHello.newBuilder().setUserRecord(route(nowMillis).record()))
                        .build()));
    }

    private List<Action<Post, Event>> close(RelayStream stream, long nowMillis) {
        streams.remove(stream.relay);
        return input(new Input.Detached(People.relay(stream.relay), "broken", nowMillis));
    }

    private List<Action<Post, Event>> frame(RelayStream stream, RelayFrame frame, long now) {
        PeerId relay = People.relay(stream.relay);
        return switch (frame.getFrameCase()) {
            case ATTACHED -> {
                handles.add(relay, frame.getAttached().getTokensList());
                yield input(new Input.Attached(relay, frame.getAttached().getWaiting(), now));
            }
            case RESULTS -> input(
                    new Input.SubmissionsAnswered(relay, frame.getResults().getResultsList(), now));
            case DELIVERY_RESULTS -> input(new Input.DeliveriesAnswered(relay,
                    frame.getDeliveryResults().getResultsList(), now));
            case ENTRIES ->
                input(new Input.EntriesReceived(relay, frame.getEntries().getEntriesList(), now));
            case EVENTS ->
                input(new Input.EventsReceived(relay, frame.getEvents().getEventsList(), now));
            case TOKENS -> {
                handles.add(relay, frame.getTokens().getTokensList());
                yield List.of();
            }
            case REJECTION -> close(stream, now);
            case FRAME_NOT_SET -> List.of();
            case CHALLENGE -> throw new IllegalStateException("challenge: unexpected");
        };
    }

    private List<Action<Post, Event>> input(Input input) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        for (Effect effect : outbox.apply(input)) {
            for (Action<Post, Event> action : actions(effect)) {
                actions.add(effect instanceof Effect.Unconditional
                        ? Action.unconditional(action)
                        : action);
            }
        }
        return actions;
    }

    private List<Action<Post, Event>> actions(Effect effect) {
        return switch (effect) {
            case Effect.Persist(List<Change> changes) ->
                List.of(Action.persist(changes.stream().map(UserMachine::write).toList()));
            case Effect.SetTimer(TimerId timer, long atMillis) -> List.of(Action.setTimerAt(timer,
                    atMillis, now -> new Event.User(new Input.TimerElapsed(timer, now))));
            case Effect.Attach(PeerId relay) ->
                List.of(Action.feed(2, now -> new Event.Connect(relay, now)));
            case Effect.Leave(PeerId relay) -> {
                streams.remove(world.relayName(relay));
                yield List.of();
            }
            case Effect.Submit(PeerId relay, var submissions) -> send(relay,
                    AttachFrame.newBuilder()
                            .setSubmissions(
                                    SubmissionBatch.newBuilder().addAllSubmissions(submissions))
                            .build());
            case Effect.Acknowledge(PeerId relay, FeedKind feed, long through) ->
                send(relay, switch (feed) {
                    case MAIL -> AttachFrame.newBuilder()
                            .setAck(DeliveryAck.newBuilder().setSequence(through)).build();
                    case EVENTS -> AttachFrame.newBuilder()
                            .setEventAck(EventAck.newBuilder().setSequence(through)).build();
                });
            case Effect.GiveDeliveries(PeerId relay, var deliveries) -> send(relay,
                    AttachFrame.newBuilder()
                            .setDeliveries(DeliveryBatch.newBuilder().addAllDeliveries(deliveries))
                            .build());
            case Effect.AskFinality(PeerId relay, var commitments) -> send(relay,
                    AttachFrame.newBuilder()
                            .setFinality(FinalityRequest.newBuilder().addAllCommitments(
                                    commitments.stream().map(each -> each.bytes()).toList()))
                            .build());
            case Effect.Open(MessageId id, Envelope envelope, _) -> open(id, envelope);
            case Effect.LookUpUserRecord(WalletAddress address) ->
                List.of(Action.call(ChainMachine.NAME, new Post.AskRecord(address), 1_000,
                        (result, now) -> Post.record(result).<Event>map(
                                route -> new Event.User(new Input.RecipientKnown(route, now)))
                                .orElseGet(Event.Nothing::new)));
            case Effect.ShowState(MessageId id, var state) ->
                List.of(Action.observe(new Event.Observed.State(id, state)));
            case Effect.Blame(_, var rejection) ->
                List.of(Action.observe(new Event.Observed.Blamed(rejection.getReason())));
            case Effect.ShowRefused _,Effect.ShowExpired _,Effect.ShowPosition _ -> List.of();
        };
    }

    /// The file that says that a message reached a state.
    static String state(MessageId id, MessageState state) {
        return STATE + id.hex() + "/" + state;
    }

    private List<Action<Post, Event>> open(MessageId id, Envelope envelope) {
        Content content;
        try {
            content = People.opened(envelope);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(broken);
        }
        ReceiptMaterial material = new ReceiptMaterial(content.getSecret(),
                content.getReturnHandlesList());
        Action<Post, Event> answer = Action
                .feed(now -> new Event.User(new Input.Opened(id, Optional.of(material), now)));
        return shown.add(id)
                ? List.of(Action.replace(SHOWN + id.hex(), new byte[]{1}),
                        Action.observe(new Event.Observed.Shown(id)), answer)
                : List.of(answer);
    }

    private static Write write(Change change) {
        String id = change.id().hex();
        return switch (change) {
            case Change.Put put -> Write.replace(put.table() + "/" + id, put.row().toByteArray());
            case Change.Removed removed -> Write.remove(removed.table() + "/" + id);
            case Change.Reached reached ->
                Write.replace(state(change.id(), reached.state()), new byte[]{1});
            case Change.Placed placed -> Write.replace("position/" + id,
                    Octets.ofText(placed.position().toString()).toByteArray());
        };
    }

    private List<Action<Post, Event>> send(PeerId relay, AttachFrame frame) {
        RelayStream stream = streams.get(world.relayName(relay));
        return stream == null ? List.of() : List.of(send(stream, frame));
    }

    private static Action<Post, Event> send(RelayStream stream, AttachFrame frame) {
        return post(stream, stream.in.send(frame), frame);
    }

    private static Action<Post, Event> post(RelayStream stream, long number, AttachFrame frame) {
        return Action.send(stream.relay,
                new Post.ToRelay(stream.number, number, stream.in.received(), frame));
    }
}
