package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import network.dchat.client.store.Section;
import network.dchat.identity.Certified;
import network.dchat.identity.Octets;
import network.dchat.identity.Rejection;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Content;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Own messages until they are encrypted: durable from the first moment, each conversation in
/// order, held
/// until the recipient's record is known and a receipt can find its way back.
public final class Drafts {
    /// Most messages that wait to be encrypted.
    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Drafts.class);
    private static final int DRAFT_ID_LENGTH = 32;
    private static final int CONVERSATION_ID_LENGTH = 16;
    private static final int REMEMBERED = 1_000;
    private static final Set<RejectionCode> FOR_GOOD = Set.of(RejectionCode.TOO_LARGE,
            RejectionCode.INVALID);

    private final Self self;
    private final History history;
    private final Contacts contacts;
    private final Tokens tokens;
    private final Surroundings world;
    private final Parts parts;
    private final Map<WalletAddress, Deque<ConversationRow>> waiting = new HashMap<>();
    private final Set<WalletAddress> draining = new HashSet<>();
    private final Map<String, ConversationRow> leaving = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final Map<WalletAddress, SignedBytes> told = new LinkedHashMap<>();
    private int held;

    /// @param sessions  encrypts
    /// @param ownRecord the user's own record, for those who do not know it
    /// @param onTheirWay counts the messages that the outbox has
    /// @param lifeMillis for how long a message may be on its way
    record Parts(Supplier<SessionDesk> sessions, Supplier<Optional<SignedBytes>> ownRecord,
            OnTheirWay onTheirWay, long lifeMillis) {}

    /// Counts the messages that the outbox has.
    @FunctionalInterface
    interface OnTheirWay {
        int count() throws IOException;
    }

    Drafts(Self self, History history, Contacts contacts, Tokens tokens, Surroundings world,
            Parts parts) throws IOException {
        this.self = self;
        this.history = history;
        this.contacts = contacts;
        this.tokens = tokens;
        this.world = world;
        this.parts = parts;
        for (ConversationRow draft : history.drafts()) {
            if (draft.getRefusal().isEmpty()) {
                queue(draft, false);
            }
        }
    }

    /// Takes a message and returns when it is durable.
    ///
    /// @return its name, told when it is encrypted; the draft's name when nothing more is known so
    /// far
    Taken send(WalletAddress to, String text) throws IOException {
        requireRoom();
        List<ConversationRow> written = new ArrayList<>(1);
        history.change(pages -> written
                .add(write(pages, to, ContentKind.TEXT, ByteString.copyFromUtf8(text))));
        ConversationRow draft = written.getFirst();
        String name = Octets.hex(draft.getDraftId());
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(name, answer);
        leave(draft);
        return new Taken(name, answer);
    }

    /// Refuses when too many messages wait.
    void requireRoom() {
        if (count() >= MOST) {
            throw new TooManyDraftsException();
        }
    }

    /// Writes a message; to be given to [#leave] when that is durable.
    ConversationRow write(History.Pages pages, WalletAddress to, ContentKind kind, ByteString body)
            throws IOException {
        long now = world.now();
        ConversationRow draft = ConversationRow.newBuilder()
                .setDraftId(world.randomBytes(DRAFT_ID_LENGTH)).setPeer(to.bytes())
                .setOutgoing(true).setConversationId(conversation(to)).setKind(kind).setBody(body)
                .setSecret(world.randomBytes(ClaimKey.SECRET_LENGTH)).setQueuedAt(now)
                .setComposedAt(now).setCounter(Counters.next(pages.rows(), to.bytes(), now))
                .build();
        pages.save(draft);
        return draft;
    }

    /// Sends a message as soon as that can be done.
    void leave(ConversationRow draft) {
        queue(draft, false);
        kick(new WalletAddress(draft.getPeer()));
    }

    /// A message that was taken.
    ///
    /// @param draftId its name so far
    /// @param id      its name once it is encrypted
    public record Taken(String draftId, CompletableFuture<String> id) {}

    /// No longer tells the id of a message.
    void forgetAnswer(String draftId) {
        answers.remove(draftId);
    }

    /// Something changed that messages may have waited for.
    void kickAll() {
        List<WalletAddress> peers;
        synchronized (waiting) {
            peers = List.copyOf(waiting.keySet());
        }
        peers.forEach(this::kick);
    }

    /// A message is encrypted.
    void encrypted(String draftId, MessageId id) {
        leaving.remove(draftId);
        CompletableFuture<String> answer = answers.remove(draftId);
        if (answer != null) {
            answer.complete(id.hex());
        }
    }

    /// A message cannot be encrypted: now, or ever.
    void notEncrypted(String draftId, Rejection rejection) {
        ConversationRow draft = leaving.remove(draftId);
        if (draft == null) {
            return;
        }
        LOG.info("event=not-encrypted code={} reason={}", rejection.name(), rejection.reason());
        if (!FOR_GOOD.contains(rejection.code())) {
            queue(draft, true);
            return;
        }
        answers.remove(draftId);
        world.executor().execute(() -> {
            try {
                history.change(pages -> refuse(pages, draft, rejection));
            } catch (IOException e) {
                LOG.error("event=store-failed reason={}", e.getMessage(), e);
            }
        });
    }

    /// A line is shown with the reason; what nobody sees is dropped.
    private static void refuse(History.Pages pages, ConversationRow draft, Rejection rejection)
            throws IOException {
        if (draft.getKind() == ContentKind.TEXT) {
            pages.save(draft.toBuilder().setRefusal(rejection.name() + ": " + rejection.reason())
                    .build());
        } else {
            pages.rows().remove(Section.DRAFT, MessageIndex.id(draft));
        }
    }

    /// The sessions were built again: this message is to be encrypted once more, at the next
    /// occasion.
    void again(String draftId) {
        ConversationRow draft = leaving.remove(draftId);
        if (draft != null) {
            queue(draft, true);
        }
    }

    int count() {
        synchronized (waiting) {
            return held + leaving.size();
        }
    }

    private void queue(ConversationRow draft, boolean first) {
        WalletAddress peer = new WalletAddress(draft.getPeer());
        synchronized (waiting) {
            Deque<ConversationRow> queue = waiting.computeIfAbsent(peer, _ -> new ArrayDeque<>());
            if (first) {
                queue.addFirst(draft);
            } else {
                queue.addLast(draft);
            }
            held++;
        }
    }

    private void kick(WalletAddress peer) {
        synchronized (waiting) {
            if (!draining.add(peer)) {
                return;
            }
        }
        world.executor().execute(() -> drain(peer));
    }

    /// Encrypts what waits for one peer, in order, as far as it can be done now.
    private void drain(WalletAddress peer) {
        try {
            while (true) {
                ConversationRow next;
                synchronized (waiting) {
                    Deque<ConversationRow> queue = waiting.get(peer);
                    if (queue == null || queue.isEmpty()) {
                        waiting.remove(peer);
                        draining.remove(peer);
                        return;
                    }
                    next = queue.removeFirst();
                    held--;
                }
                if (!depart(next, peer)) {
                    queue(next, true);
                    break;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("event=drafts-wait reason={}", e.getMessage(), e);
        }
        synchronized (waiting) {
            draining.remove(peer);
        }
    }

    private boolean depart(ConversationRow draft, WalletAddress peer) throws IOException {
        Optional<Certified<UserRecord>> recipient = contacts.find(peer);
        if (recipient.isEmpty() || parts.sessions().get().prekey().isEmpty()) {
            return false;
        }
        if (parts.onTheirWay().count() + leaving.size() >= MOST) {
            return false;
        }
        List<ReturnHandle> handles = tokens.take();
        if (handles.isEmpty()) {
            return false;
        }
        Content.Builder content = Content.newBuilder()
                .setSenderKey(self.keys().identity().publicKey().bytes())
                .setConversationId(draft.getConversationId()).setCounter(draft.getCounter())
                .setSecret(draft.getSecret()).addAllReturnHandles(handles).setKind(draft.getKind())
                .setBody(draft.getBody()).setSentAt(draft.getComposedAt());
        parts.ownRecord().get().filter(record -> isNews(record, peer))
                .ifPresent(record -> content.setSenderRecord(record.toByteString()));
        String name = MessageIndex.id(draft);
        leaving.put(name, draft);
        boolean taken = parts.sessions().get().encrypt(new SessionDesk.Departure(draft,
                content.build(), recipient.get(), world.now() + parts.lifeMillis()));
        if (!taken) {
            leaving.remove(name);
        }
        return taken;
    }

    /// Whether a user may not have the own record: nothing came from them so far, or this one was
    /// not told them since the start.
    private boolean isNews(SignedBytes record, WalletAddress peer) {
        synchronized (told) {
            boolean known = record.equals(told.put(peer, record));
            if (told.size() > REMEMBERED) {
                told.remove(told.keySet().iterator().next());
            }
            return !known || !history.heardOf(peer.bytes());
        }
    }

    /// The first 16 bytes of a hash over both addresses, the lower one first.
    private ByteString conversation(WalletAddress peer) {
        boolean lower = self.address().compareTo(peer) < 0;
        ByteString first = lower ? self.address().bytes() : peer.bytes();
        ByteString second = lower ? peer.bytes() : self.address().bytes();
        return TaggedHash.of("dchat/conversation/1", first, second).bytes().substring(0,
                CONVERSATION_ID_LENGTH);
    }
}
