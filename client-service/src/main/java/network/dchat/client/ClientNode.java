package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import network.dchat.client.store.Store;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.Input;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.status.Crashable;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.starter.status.StatusContributor;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.RelayFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A user's node: sends, receives, keeps and archives messages. Safe for many threads.
///
/// It connects the parts: drafts → sessions → outbox → relays on the way out, the same backwards
/// on the
/// way in. Each part owns its thread; what passes between them is durable first.
public final class ClientNode
        implements
            ProgressCheck,
            StatusContributor,
            Crashable,
            AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientNode.class);
    /// Longest return token in bytes. A longer one would leave no room for the message.
    private static final int MOST_TOKEN = 128;

    private final Self self;
    private final Store store;
    private final Surroundings world;
    private final ClientProperties properties;
    private final History history;
    private final Proofs proofs;
    private final Tokens tokens = new Tokens();
    private final FollowedChain chain;
    private final ChainNews news;
    private final OutboxRows rows;
    private final RelayLinks links;
    private final RelayChoice choice;
    private final OwnRecord ownRecord;
    private final OutboxDesk outbox;
    private final SessionDesk sessions;
    private final Drafts drafts;
    private final ReadMarks readMarks;
    private final Archiver archiver;
    private final ArchiveReader reader;
    private final Restorer restorer;
    private final AtomicBoolean reviewing = new AtomicBoolean();
    private volatile String broken = "";
    private volatile boolean stopped;

    /// A node that is not started.
    ClientNode(Self self, Store store, Peers peers, Archive archive, Surroundings world,
            ClientProperties properties) throws IOException {
        this.self = self;
        this.store = store;
        this.world = world;
        this.properties = properties;
        this.history = new History(store);
        this.chain = peers.chain();
        this.proofs = new Proofs(store, chain);
        BlockTimes blockTimes = new BlockTimes();
        this.rows = new OutboxRows(store, history, blockTimes);
        Inside inside = new Inside();
        Contacts contacts = new Contacts(store, peers.users(), self.network(), world,
                inside::recipientKnown);
        this.ownRecord = new OwnRecord(self, store, peers, world, inside::recordChanged);
        this.choice = new RelayChoice(properties, store, peers.directory(),
                new RelayRanking(peers.channels()::channelTo, peers.channels(), world), world);
        this.links = new RelayLinks(self, peers.channels(), world, ownRecord::signed, inside);
        this.reader = new ArchiveReader(self, archive, world);
        this.restorer = new Restorer(store, history, reader, world, properties.restorePause());
        this.archiver = new Archiver(self, store, history, new Archiver.Target(archive, reader),
                world, properties.archiveDelay(), inside::fatal);
        this.sessions = new SessionDesk(self, store, history,
                new Incoming(world, contacts::learn, archiver::advanced), world, inside,
                inside::fatal);
        this.outbox = new OutboxDesk(self, history, rows, peers.channels(), world,
                new OutboxDesk.Parts(links, sessions::decrypt, contacts::refresh, inside::archive,
                        choice::wanted, chain::trusted),
                inside::fatal);
        this.news = new ChainNews(chain, blockTimes, world,
                new ChainNews.Ports(peers::lightBlocks, inside::told, links::drop));
        chain.listenToChanges(moved -> outbox.answer(new Input.TrustMoved(moved, world.now())));
        this.drafts = new Drafts(self, history, contacts, tokens, world,
                new Drafts.Parts(() -> inside.sessions(), ownRecord::signed, rows::outgoing,
                        properties.messageLife().toMillis()));
        this.readMarks = new ReadMarks(history, drafts, world, properties.readReceipts(),
                archiver::advanced);
    }

    /// Begins to work.
    void start() throws IOException {
        outbox.start();
        sessions.start();
        archiver.start();
        restorer.start();
        world.timers().every(properties.reviewPeriod(), this::reviewSoon);
        reviewSoon();
    }

    /// The user's address.
    public WalletAddress address() {
        return self.address();
    }

    /// The device key in hex.
    public String device() {
        return self.keys().device().publicKey().hex();
    }

    /// The user's relays, best first.
    public List<PeerId> relays() {
        return choice.chosen();
    }

    /// Relays that were left, as long as something for the user may be there.
    public List<PeerId> drainedRelays() {
        return choice.drained();
    }

    /// Takes a message and returns when it is durable.
    public Drafts.Taken send(WalletAddress to, String text) throws IOException {
        return drafts.send(to, text);
    }

    /// No longer tells the id of a message that was taken.
    public void forgetAnswer(String draftId) {
        drafts.forgetAnswer(draftId);
    }

    /// A message by its id or by its name before it had one.
    public Optional<ConversationRow> message(String id) throws IOException {
        return history.find(id);
    }

    /// The latest messages of a conversation, in order.
    public List<ConversationRow> conversation(WalletAddress with, int most) throws IOException {
        return history.conversation(with.bytes(), most);
    }

    /// Marks a received message, and those shown before it, as read.
    ///
    /// @return how many were not marked before
    public int readThrough(ConversationRow last) throws IOException {
        return readMarks.readThrough(last);
    }

    /// The messages that hold every word of a query, newest first.
    public List<ConversationRow> search(String query, int most) throws IOException {
        return history.search(query, most);
    }

    /// The portable proof of an own message; empty while it is not final.
    public Optional<PortableProof> proof(ConversationRow row) throws IOException {
        return proofs.of(row);
    }

    /// Reads the history from the mesh, of a long one the newest messages. Blocks.
    public MeshHistory readArchive(int most) throws IOException {
        return MeshHistory.read(reader, most);
    }

    /// Brings what is in the mesh and not here into the store, in the background.
    public void restore() throws IOException {
        restorer.again();
    }

    /// How far that is.
    public RestoreProgress restoreProgress() {
        return restorer.progress();
    }

    /// Packs what waits for the archive now.
    public void archiveNow() {
        archiver.flush();
    }

    /// How many relays are attached.
    int attached() {
        List<PeerId> chosen = choice.chosen();
        return (int) links.attached().stream().filter(chosen::contains).count();
    }

    /// Own messages that no two relays of the recipient have.
    long queued() {
        return history.waiting();
    }

    @Override
    public String part() {
        return "mailbox";
    }

    @Override
    public Optional<String> blockedBy() {
        if (!broken.isEmpty()) {
            return Optional.of(broken);
        }
        int attached = attached();
        if (choice.chosen().isEmpty()) {
            return Optional.of("no relays found");
        }
        if (attached < choice.needed()) {
            return Optional
                    .of("attached to " + attached + " of " + choice.chosen().size() + " relays");
        }
        return ownRecord.isPublished() ? Optional.empty() : Optional.of("user record unpublished");
    }

    @Override
    public void contribute(Map<String, Object> status) {
        status.put("address", self.address().toString());
        status.put("relays", choice.chosen().stream().map(PeerId::toString).toList());
        status.put("attached", links.attached().stream().map(PeerId::toString).toList());
        status.put("drained", choice.drained().stream().map(PeerId::toString).toList());
        status.put("queued", history.waiting());
        status.put("messages", history.size());
        RestoreProgress restored = restorer.progress();
        status.put("restore",
                Map.of("state", restored.label(), "objects", restored.objects(), "read",
                        restored.read(), "messages", restored.messages(), "failed",
                        restored.failed(), "waitsFor", restored.waitsFor()));
    }

    @Override
    public void crash() {
        stopped = true;
        restorer.stop();
        links.close();
        sessions.abandon();
        outbox.abandon();
        archiver.abandon();
        closeStore();
    }

    @Override
    public void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        restorer.stop();
        sessions.close();
        outbox.close();
        links.close();
        archiver.close();
        closeStore();
    }

    private void closeStore() {
        try {
            store.close();
        } catch (IOException e) {
            LOG.warn("event=store-not-closed reason={}", e.getMessage());
        }
    }

    private void reviewSoon() {
        if (!stopped && reviewing.compareAndSet(false, true)) {
            world.executor().execute(this::review);
        }
    }

    /// Looks after relays, own record and drafts.
    private void review() {
        try {
            boolean sought = ownRecord.seek();
            if (sought && choice.review(links.attached(), ownRecord.earlierRelays())) {
                outbox.answer(new Input.RelaysChosen(choice.wanted(), world.now()));
            }
            if (sought) {
                ownRecord.keepUp(choice.chosen(), sessions.prekey());
            }
            drafts.kickAll();
        } catch (IOException | RuntimeException e) {
            LOG.warn("event=review-failed reason={}", e.getMessage(), e);
        } finally {
            reviewing.set(false);
        }
    }

    /// What the parts tell each other.
    private final class Inside implements SessionEvents, RelayEvents {
        SessionDesk sessions() {
            return sessions;
        }

        void fatal() {
            broken = "stopped after a fault of its own; see the log";
        }

        void archive(OutboxRows.News news) {
            archiver.ordered(news.ordered());
            archiver.advanced(news.advanced());
        }

        void recipientKnown(network.dchat.mailbox.UserRoute route) {
            outbox.answer(new Input.RecipientKnown(route, world.now()));
        }

        boolean told(PeerId relay, MailboxEvents events) {
            return outbox
                    .offer(new Input.EventsReceived(relay, events.getEventsList(), world.now()));
        }

        void recordChanged(network.dchat.wire.v1.SignedBytes record) {
            links.sendAll(AttachFrame.newBuilder().setUserRecord(record).build());
        }

        @Override
        public void encrypted(String draftId, OutgoingMessage message) {
            drafts.encrypted(draftId, message.id());
            outbox.answer(new Input.Enqueued(message, world.now()));
            archiver.stored(message.id().hex());
        }

        @Override
        public void notEncrypted(String draftId, Rejection rejection) {
            drafts.notEncrypted(draftId, rejection);
        }

        @Override
        public void opened(MessageId id, Optional<ReceiptMaterial> material) {
            outbox.answer(new Input.Opened(id, material, world.now()));
            archiver.stored(id.hex());
        }

        @Override
        public void notOpened(MessageId id, String reason) {
            LOG.info("event=message-unreadable message={} reason={}", id.shortName(), reason);
            world.meters().counter("dchat.client.unreadable").increment();
            outbox.answer(new Input.NotOpened(id, reason, world.now()));
        }

        @Override
        public void prekeyIssued() {
            reviewSoon();
        }

        @Override
        public void reborn(List<String> draftIds, List<SessionDesk.Arrival> arrivals) {
            world.executor().execute(() -> {
                try {
                    for (String draft : draftIds) {
                        resume(draft);
                    }
                    for (SessionDesk.Arrival arrival : arrivals) {
                        outbox.open(arrival);
                    }
                } catch (IOException e) {
                    LOG.error("event=store-failed reason={}", e.getMessage(), e);
                    fatal();
                }
            });
        }

        @Override
        public void attached(PeerId relay, Attached attached) {
            keep(relay, attached.getTokensList());
            outbox.answer(new Input.Attached(relay, attached.getWaiting(), world.now()));
            drafts.kickAll();
        }

        @Override
        public void detached(PeerId relay, String reason) {
            tokens.forget(relay);
            outbox.answer(new Input.Detached(relay, reason, world.now()));
        }

        @Override
        public boolean received(PeerId relay, RelayFrame frame) {
            long now = world.now();
            return switch (frame.getFrameCase()) {
                case RESULTS -> {
                    choice.answered(relay, frame.getResults().getResultsList());
                    yield outbox.offer(new Input.SubmissionsAnswered(relay,
                            frame.getResults().getResultsList(), now));
                }
                case DELIVERY_RESULTS -> outbox.offer(new Input.DeliveriesAnswered(relay,
                        frame.getDeliveryResults().getResultsList(), now));
                case ENTRIES -> outbox.offer(
                        new Input.EntriesReceived(relay, frame.getEntries().getEntriesList(), now));
                case EVENTS -> news.received(relay, frame.getEvents());
                case TOKENS -> {
                    keep(relay, frame.getTokens().getTokensList());
                    yield true;
                }
                case REJECTION -> {
                    LOG.info("event=relay-refuses relay={} code={} reason={}", relay.shortName(),
                            frame.getRejection().getCode(), frame.getRejection().getReason());
                    yield true;
                }
                case CHALLENGE, ATTACHED, FRAME_NOT_SET -> false;
            };
        }

        /// Receipts are to come back through relays that are attached and will stay so.
        private void keep(PeerId relay, List<ByteString> fresh) {
            if (choice.chosen().contains(relay)) {
                tokens.add(relay, fresh.stream()
                        .filter(token -> !token.isEmpty() && token.size() <= MOST_TOKEN).toList());
            }
        }

        /// Whether the message was encrypted before the store failed, only the store knows.
        private void resume(String draftId) throws IOException {
            Optional<ConversationRow> row = history.find(draftId);
            if (row.isEmpty() || row.get().getId().isEmpty()) {
                drafts.again(draftId);
                return;
            }
            Optional<MessageId> id = MessageId.parse(row.get().getId());
            if (id.isPresent()) {
                drafts.encrypted(draftId, id.get());
                rows.outgoing(id.get()).ifPresent(
                        message -> outbox.answer(new Input.Enqueued(message, world.now())));
            }
        }
    }
}
