package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.client.store.Row;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.Certified;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.UserRoute;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.session.Effect;
import network.dchat.session.Input;
import network.dchat.session.SessionLimits;
import network.dchat.session.Sessions;
import network.dchat.session.StateRow;
import network.dchat.session.noise.Secret;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.wire.v1.Content;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.OutgoingRow;
import network.dchat.wire.v1.Submission;
import org.jspecify.annotations.Nullable;

/// The end-to-end sessions and their store: whatever a session step yields becomes durable in the
/// transaction that changes the keys, so neither a message nor a key is lost or used twice.
final class SessionDesk implements EffectRunner<Effect> {
    private final Self self;
    private final Store store;
    private final History history;
    private final Incoming incoming;
    private final Surroundings world;
    private final SessionEvents events;
    private final CoreLoop<Input, Effect> loop;
    private final FailedWritePause pause = new FailedWritePause();
    private final AtomicLong requests = new AtomicLong();
    private final Map<Long, Departure> departures = new ConcurrentHashMap<>();
    private final Map<Long, Arrival> arrivals = new ConcurrentHashMap<>();
    private final Map<Long, OutgoingMessage> encrypted = new ConcurrentHashMap<>();
    private final Map<Long, Optional<ReceiptMaterial>> decrypted = new ConcurrentHashMap<>();
    private volatile @Nullable Sessions machine;
    private volatile @Nullable Certified<SignedPrekey> prekey;

    /// An own message to be encrypted.
    ///
    /// @param draft     as it is kept so far
    /// @param content   the plaintext
    /// @param recipient their record
    /// @param expiresAtMillis when the message is over
    record Departure(ConversationRow draft, Content content, Certified<UserRecord> recipient,
            long expiresAtMillis) {
        @Override
        public String toString() {
            return "Departure[to=" + recipient.value().address() + "]";
        }
    }

    /// An envelope to be opened.
    record Arrival(MessageId id, Envelope envelope) {
        @Override
        public String toString() {
            return "Arrival[" + id + "]";
        }
    }

    SessionDesk(Self self, Store store, History history, Incoming incoming, Surroundings world,
            SessionEvents events, Runnable onFatal) {
        this.self = self;
        this.store = store;
        this.history = history;
        this.incoming = incoming;
        this.world = world;
        this.events = events;
        this.loop = new CoreLoop<>(LoopSettings.named(world.nodeName() + "-sessions"), this::load,
                this, world.timers(), world.meters(), onFatal);
    }

    void start() throws IOException {
        loop.start();
    }

    void close() {
        pause.stop();
        loop.close();
    }

    void abandon() {
        pause.stop();
        loop.abandon();
    }

    /// The prekey for the user record; empty until the first one is durable.
    Optional<Certified<SignedPrekey>> prekey() {
        return Optional.ofNullable(prekey);
    }

    /// Encrypts a message; false when too many wait.
    boolean encrypt(Departure departure) {
        long request = requests.incrementAndGet();
        departures.put(request, departure);
        UserRecord recipient = departure.recipient().value();
        boolean taken = loop.offer(new Input.Encrypt(request, recipient.identityKey(),
                Optional.of(recipient.prekey().signed()), departure.content().toByteString(),
                self.associatedData(recipient.address(), departure.expiresAtMillis()), seed(),
                world.now()));
        if (!taken) {
            departures.remove(request);
        }
        return taken;
    }

    /// Opens an envelope. The outbox bounds how many.
    void decrypt(Arrival arrival) {
        long request = requests.incrementAndGet();
        arrivals.put(request, arrival);
        loop.answer(new Input.Decrypt(request, arrival.envelope().getCiphertext(),
                self.associatedData(self.address(), arrival.envelope().getExpiresAt()), seed(),
                world.now()));
    }

    @Override
    public EffectOrder order(Effect effect) {
        return switch (effect) {
            case Effect.Persist _ -> EffectOrder.PERSIST;
            case Effect.Unconditional _ -> EffectOrder.UNCONDITIONAL;
            case Effect.Outcome _ -> EffectOrder.ORDERED;
        };
    }

    @Override
    public void persist(List<Effect> effects) throws IOException {
        pause.write(() -> history.change(pages -> {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Persist(var change, var outcomes)) {
                    for (StateRow row : change.written()) {
                        pages.rows().put(Section.SESSION, row.key(), row.value());
                    }
                    for (String key : change.removed()) {
                        pages.rows().remove(Section.SESSION, key);
                    }
                    for (Effect.Outcome outcome : outcomes) {
                        write(outcome, pages);
                    }
                }
            }
        }));
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Persist _ -> throw new IllegalStateException("persist: run as effect");
            case Effect.Encrypted done -> {
                Departure departure = departures.remove(done.id());
                OutgoingMessage message = encrypted.remove(done.id());
                if (departure != null && message != null) {
                    events.encrypted(MessageIndex.id(departure.draft()), message);
                }
            }
            case Effect.Decrypted done -> {
                Arrival arrival = arrivals.remove(done.id());
                Optional<ReceiptMaterial> material = decrypted.remove(done.id());
                if (arrival != null && material != null) {
                    events.opened(arrival.id(), material);
                }
            }
            case Effect.PrekeyIssued(Certified<SignedPrekey> issued) -> {
                prekey = issued;
                events.prekeyIssued();
            }
            case Effect.Refused(long id, var rejection) -> {
                Departure departure = departures.remove(id);
                Arrival arrival = arrivals.remove(id);
                if (departure != null) {
                    events.notEncrypted(MessageIndex.id(departure.draft()), rejection);
                } else if (arrival != null) {
                    events.notOpened(arrival.id(), rejection.name() + ": " + rejection.reason());
                }
            }
            case Effect.SetTimer(var timer, long atMillis) ->
                world.timers().after(Duration.ofMillis(Math.max(0, atMillis - world.now())),
                        () -> loop.answer(new Input.TimerElapsed(timer, seed(), world.now())));
        }
    }

    private Birth<Input, Effect> load() throws IOException {
        List<StateRow> rows = new ArrayList<>();
        for (Row row : store.all(Section.SESSION)) {
            rows.add(new StateRow(row.id(), row.value()));
        }
        Sessions sessions = new Sessions(self.network(), self.keys().identity(),
                SessionLimits.defaults(), rows);
        boolean first = machine == null;
        machine = sessions;
        sessions.currentPrekey().ifPresent(current -> prekey = current);
        if (!first) {
            List<String> drafts = departures.values().stream()
                    .map(departure -> MessageIndex.id(departure.draft())).toList();
            List<Arrival> waiting = List.copyOf(arrivals.values());
            departures.clear();
            arrivals.clear();
            encrypted.clear();
            decrypted.clear();
            events.reborn(drafts, waiting);
        }
        return new Birth<>(sessions::apply, List.of(new Input.Start(seed(), world.now())));
    }

    private Secret seed() {
        return Secret.of(world.randomBytes(Secret.LENGTH));
    }

    private void write(Effect.Outcome outcome, History.Pages pages) throws IOException {
        switch (outcome) {
            case Effect.Encrypted done -> {
                Departure departure = departures.get(done.id());
                if (departure != null) {
                    encrypted.put(done.id(), write(departure, done.ciphertext(), pages));
                }
            }
            case Effect.Decrypted done -> {
                Arrival arrival = arrivals.get(done.id());
                if (arrival != null) {
                    decrypted.put(done.id(),
                            write(arrival, done.sender(), done.plaintext(), pages));
                }
            }
            case Effect.PrekeyIssued _ -> {
                return;
            }
        }
    }

    /// Writes an encrypted message with all that the outbox needs to send it.
    private OutgoingMessage write(Departure departure, ByteString ciphertext, History.Pages pages)
            throws IOException {
        WalletAddress recipient = departure.recipient().value().address();
        Envelope envelope = Envelope.newBuilder().setRecipient(recipient.bytes())
                .setExpiresAt(departure.expiresAtMillis()).setCiphertext(ciphertext).build();
        MessageId id = MessageId.of(self.network(), envelope).orElseThrow();
        Opening opening = Opening.of(id, departure.draft().getSecret());
        Submission submission = Submission.newBuilder().setEnvelope(envelope)
                .setCommitment(opening.commitment().bytes()).build();
        OutgoingMessage message = new OutgoingMessage(id, opening.commitment(),
                departure.expiresAtMillis(),
                Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION, self.network(),
                        submission.toByteString(), self.keys().device()),
                UserRoute.of(departure.recipient()));
        pages.rows().remove(Section.DRAFT, MessageIndex.id(departure.draft()));
        if (departure.draft().getKind() == ContentKind.TEXT) {
            pages.save(departure.draft().toBuilder().setId(id.bytes())
                    .setExpiresAt(departure.expiresAtMillis())
                    .setCiphertextHash(MessageId.ciphertextHash(ciphertext).bytes()).build());
            pages.rows().put(Section.ARCHIVE, id.hex(), Archiver.UNORDERED);
        }
        pages.rows().put(Section.OUTGOING, id.hex(),
                OutgoingRow.newBuilder().setSubmission(message.submission())
                        .setRecipientRecord(departure.recipient().signed()).setQueuedAt(world.now())
                        .build().toByteString());
        return message;
    }

    private Optional<ReceiptMaterial> write(Arrival arrival, PublicKey sender, ByteString plaintext,
            History.Pages pages) throws IOException {
        try {
            Content content = Content.parseFrom(plaintext);
            return incoming.write(arrival, sender, content, pages);
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }
}
