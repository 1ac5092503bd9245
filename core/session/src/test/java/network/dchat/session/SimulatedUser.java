package network.dchat.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.SigningKey;
import network.dchat.session.noise.Secret;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Octets;
import network.dchat.simulation.Write;
import network.dchat.wire.v1.SignedBytes;

/// A user's client reduced to what sessions need: a store written in transactions, an outbox that
/// is sent again until acknowledged, an inbox that knows what it has, and prekeys told to all
/// others.
final class SimulatedUser implements Machine<SimulatedUser.Wire, SimulatedUser.Event> {
    static final NetworkId NETWORK = NetworkId.of("22".repeat(32));
    static final List<String> NAMES = List.of("alice", "bob", "carol");
    private static final String STATE = "state/";
    private static final String OUTBOX = "outbox/";
    static final String INBOX = "inbox/";
    private static final int SAY_MILLIS = 90;
    private static final int TELL_MILLIS = 300;

    /// What travels between users.
    sealed interface Wire {
        /// The sender's prekey.
        record Prekey(SignedBytes signed) implements Wire {
            @Override
            public String toString() {
                return "Prekey";
            }
        }

        /// A message.
        record Sealed(String id, ByteString ciphertext) implements Wire {
            @Override
            public String toString() {
                return "Sealed[" + id + ", " + ciphertext.size() + " bytes]";
            }
        }

        /// A message is durable where it belongs.
        record Taken(String id) implements Wire {}
    }

    /// What a user is fed with.
    sealed interface Event {
        /// Say something to someone.
        record Say(long nowMillis) implements Event {}

        /// Say this to everyone.
        record Final(String text, long nowMillis) implements Event {}

        /// Tell the prekey and send what is not acknowledged.
        record Tell(long nowMillis) implements Event {}

        /// The timer of the sessions.
        record Rotate(long nowMillis) implements Event {}
    }

    /// A message became durable in the outbox.
    record Sent(String from, String to, String id) {}

    /// A message that could not be read.
    record Unread(String at, String id, Rejection rejection) {}

    private record Outgoing(String to, ByteString ciphertext) {}

    private final String name;
    private final SplittableRandom random;
    private final Sessions sessions;
    private final Map<String, SignedBytes> directory = new TreeMap<>();
    private final Map<String, Outgoing> outbox = new TreeMap<>();
    private final TreeSet<String> inbox = new TreeSet<>();
    private final String prefix;
    private final long talksUntilMillis;
    private int said;

    SimulatedUser(Boot boot, SessionLimits limits, long talksUntilMillis) {
        this.name = boot.node();
        this.talksUntilMillis = talksUntilMillis;
        this.random = new SplittableRandom(boot.seed());
        this.prefix = name + "-" + boot.life() + "-";
        List<StateRow> rows = new ArrayList<>();
        boot.disk().files().forEach((file, content) -> {
            ByteString value = ByteString.copyFrom(content.toByteArray());
            if (file.startsWith(STATE)) {
                rows.add(new StateRow(file.substring(STATE.length()), value));
            } else if (file.startsWith(INBOX)) {
                inbox.add(file.substring(INBOX.length()));
            } else if (file.startsWith(OUTBOX)) {
                String[] parts = file.substring(OUTBOX.length()).split("/", -1);
                outbox.put(parts[1], new Outgoing(parts[0], value));
            }
        });
        this.sessions = new Sessions(NETWORK, identity(name), limits, rows);
    }

    static SigningKey identity(String name) {
        return SigningKey.fromSeed(ByteString.copyFrom(new byte[32])
                .concat(ByteString.copyFromUtf8(name)).substring(name.length()));
    }

    @Override
    public List<Action<Wire, Event>> start(long nowMillis) {
        List<Action<Wire, Event>> actions = new ArrayList<>(
                carryOut(sessions.apply(new Input.Start(seed(), nowMillis)), "", ""));
        actions.add(Action.setTimer("say", random.nextInt(SAY_MILLIS), Event.Say::new));
        actions.add(Action.setTimer("tell", random.nextInt(TELL_MILLIS), Event.Tell::new));
        return actions;
    }

    @Override
    public List<Action<Wire, Event>> apply(Event event) {
        return switch (event) {
            case Event.Say(long nowMillis) -> say(nowMillis);
            case Event.Final(String text, long nowMillis) -> {
                List<Action<Wire, Event>> actions = new ArrayList<>();
                for (String other : others()) {
                    actions.addAll(encrypt(other, prefix + text + "-" + other, nowMillis));
                }
                yield actions;
            }
            case Event.Tell _ -> tell();
            case Event.Rotate(long nowMillis) ->
                carryOut(sessions.apply(new Input.TimerElapsed(Timer.ROTATION, seed(), nowMillis)),
                        "", "");
        };
    }

    @Override
    public List<Action<Wire, Event>> receive(String from, Wire message, long nowMillis) {
        return switch (message) {
            case Wire.Prekey(SignedBytes signed) -> {
                remember(from, signed);
                yield List.of();
            }
            case Wire.Taken(String id) -> {
                Outgoing taken = outbox.remove(id);
                yield taken == null
                        ? List.of()
                        : List.of(Action.persist(Write.remove(OUTBOX + taken.to() + "/" + id)));
            }
            case Wire.Sealed(String id, ByteString ciphertext) -> inbox.contains(id)
                    ? List.of(Action.send(from, new Wire.Taken(id)))
                    : carryOut(
                            sessions.apply(new Input.Decrypt(1, ciphertext,
                                    identity(name).publicKey().bytes(), seed(), nowMillis)),
                            from, id);
        };
    }

    private void remember(String from, SignedBytes signed) {
        SignedBytes known = directory.get(from);
        if (known == null || createdAt(signed) > createdAt(known)) {
            directory.put(from, signed);
        }
    }

    private static long createdAt(SignedBytes signed) {
        try {
            return network.dchat.wire.v1.SignedPrekey.parseFrom(signed.getBody()).getCreatedAt();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private List<Action<Wire, Event>> say(long nowMillis) {
        if (nowMillis > talksUntilMillis) {
            return List.of();
        }
        String to = others().get(random.nextInt(NAMES.size() - 1));
        List<Action<Wire, Event>> actions = new ArrayList<>(
                encrypt(to, prefix + said++, nowMillis));
        actions.add(Action.setTimer("say", random.nextInt(2 * SAY_MILLIS), Event.Say::new));
        return actions;
    }

    private List<Action<Wire, Event>> encrypt(String to, String id, long nowMillis) {
        PublicKey peer = identity(to).publicKey();
        return carryOut(
                sessions.apply(new Input.Encrypt(1, peer, Optional.ofNullable(directory.get(to)),
                        ByteString.copyFromUtf8(id), peer.bytes(), seed(), nowMillis)),
                to, id);
    }

    private List<Action<Wire, Event>> tell() {
        List<Action<Wire, Event>> actions = new ArrayList<>();
        for (String other : others()) {
            sessions.currentPrekey().ifPresent(
                    prekey -> actions.add(Action.send(other, new Wire.Prekey(prekey.signed()))));
        }
        outbox.forEach((id, outgoing) -> actions
                .add(Action.send(outgoing.to(), new Wire.Sealed(id, outgoing.ciphertext()))));
        actions.add(Action.setTimer("tell", TELL_MILLIS, Event.Tell::new));
        return actions;
    }

    private List<Action<Wire, Event>> carryOut(List<Effect> effects, String peer, String id) {
        List<Action<Wire, Event>> actions = new ArrayList<>();
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Persist(StateChange change, List<Effect.Outcome> outcomes) ->
                    actions.add(Action.persist(writes(change, outcomes, peer, id)));
                case Effect.Encrypted encrypted -> {
                    outbox.put(id, new Outgoing(peer, encrypted.ciphertext()));
                    actions.add(Action.observe(new Sent(name, peer, id)));
                    actions.add(Action.send(peer, new Wire.Sealed(id, encrypted.ciphertext())));
                }
                case Effect.Decrypted decrypted -> {
                    inbox.add(id);
                    if (!decrypted.plaintext().toStringUtf8().equals(id)
                            || !decrypted.sender().equals(identity(peer).publicKey())) {
                        throw new AssertionError("message " + id + " read as " + decrypted);
                    }
                    actions.add(Action.send(peer, new Wire.Taken(id)));
                }
                case Effect.PrekeyIssued issued -> others().forEach(other -> actions
                        .add(Action.send(other, new Wire.Prekey(issued.prekey().signed()))));
                case Effect.Refused(long _, Rejection rejection) -> {
                    if (!peer.isEmpty() && !id.startsWith(name)) {
                        actions.add(Action.observe(new Unread(name, id, rejection)));
                    }
                }
                case Effect.SetTimer(Timer timer, long atMillis) ->
                    actions.add(Action.unconditional(
                            new Action.SetTimerAt<>(timer, atMillis, Event.Rotate::new)));
            }
        }
        return actions;
    }

    private static List<Write> writes(StateChange change, List<Effect.Outcome> outcomes,
            String peer, String id) {
        List<Write> writes = new ArrayList<>();
        change.written().forEach(
                row -> writes.add(Write.replace(STATE + row.key(), row.value().toByteArray())));
        change.removed().forEach(key -> writes.add(Write.remove(STATE + key)));
        for (Effect.Outcome outcome : outcomes) {
            switch (outcome) {
                case Effect.Encrypted encrypted -> writes.add(Write
                        .replace(OUTBOX + peer + "/" + id, encrypted.ciphertext().toByteArray()));
                case Effect.Decrypted decrypted -> writes.add(new Write.Replace(INBOX + id,
                        Octets.of(decrypted.plaintext().toByteArray())));
                case Effect.PrekeyIssued _ -> {
                }
            }
        }
        return writes;
    }

    private List<String> others() {
        return NAMES.stream().filter(other -> !other.equals(name)).toList();
    }

    private Secret seed() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Secret.of(ByteString.copyFrom(bytes));
    }
}
