package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.User.Attachment;
import network.dchat.mailbox.User.Cursor;
import network.dchat.mailbox.User.Feed;
import network.dchat.wire.v1.SignedBytes;
import org.jspecify.annotations.Nullable;

/// All users' messages and events: kept in order, pushed within a window, removed when
/// acknowledged.
///
/// | event | leads to |
/// |---|---|
/// | entry added | `Persist`, then pushed to every connection whose window has room |
/// | body not in memory | `LoadFeed`; the cursor waits for the answer |
/// | acknowledged | removed (owner), the window moves on |
final class Feeds {
    /// Frames that may be on their way to one connection.
    private static final int WINDOW_FRAMES = 4;

    private final MailboxLimits limits;
    private final Map<WalletAddress, User> users = new LinkedHashMap<>();
    private final Map<Long, Attachment> attachments = new LinkedHashMap<>();
    private final Map<Long, Load> loads = new LinkedHashMap<>();
    private final BodyCache<Key> cache;
    private final LoadNumbers numbers;
    private long messages;

    private record Key(FeedKind feed, WalletAddress address, long sequence) {}

    /// A load on its way.
    ///
    /// @param attachment who waits; none when it serves to pass messages on
    private record Load(Effect.LoadFeed effect, @Nullable Attachment attachment) {}

    /// Gives each load a number.
    @FunctionalInterface
    interface LoadNumbers {
        long next();
    }

    Feeds(MailboxLimits limits, LoadNumbers numbers) {
        this.limits = limits;
        this.numbers = numbers;
        this.cache = new BodyCache<>(limits.holding().cacheBytes() / 2);
    }

    Optional<User> user(WalletAddress address) {
        return Optional.ofNullable(users.get(address));
    }

    /// The user, made when new; empty when there are too many.
    Optional<User> obtain(WalletAddress address) {
        User user = users.get(address);
        if (user == null) {
            if (users.size() >= limits.holding().users()) {
                return Optional.empty();
            }
            user = new User(address);
            users.put(address, user);
        }
        return Optional.of(user);
    }

    Optional<Attachment> attachment(long id) {
        return Optional.ofNullable(attachments.get(id));
    }

    int users() {
        return users.size();
    }

    int attachments() {
        return attachments.size();
    }

    /// Messages that wait for anyone.
    long messages() {
        return messages;
    }

    /// Connects a user; the connection that was there longest gives way when there are too many.
    void attach(Attachment attachment, Turn turn) {
        User user = attachment.user;
        if (user.attachments.size() >= limits.users().attachments()) {
            Attachment oldest = user.attachments.getFirst();
            detach(oldest.id);
            turn.count(Counter.ATTACHMENT_SUPERSEDED);
            turn.effect(new Effect.CloseAttachment(oldest.id, Refusals
                    .of(network.dchat.wire.v1.RejectionCode.CONFLICT, "a newer connection came")));
        }
        user.attachments.add(attachment);
        attachments.put(attachment.id, attachment);
    }

    void detach(long id) {
        Attachment gone = attachments.remove(id);
        if (gone != null) {
            gone.user.attachments.remove(gone);
        }
    }

    /// Whether a user's feed takes one more body.
    boolean hasRoom(User user, FeedKind kind, int size) {
        Feed feed = user.feed(kind);
        return switch (kind) {
            case MAIL -> messages < limits.holding().mailboxMessages()
                    && feed.entries.count() < limits.users().mailboxMessages()
                    && feed.entries.bytes() + size <= limits.users().mailboxBytes();
            case EVENTS -> feed.entries.count() < limits.users().events();
        };
    }

    /// Adds an entry as a change; [#pump] pushes it.
    void add(User user, FeedKind kind, Body body, Turn turn) {
        Feed feed = user.feed(kind);
        Change.FeedAdded change = new Change.FeedAdded(kind, user.address, feed.last + 1, body.id(),
                body.expiresAtMillis(), body.bytes().size(), body.bytes(), body.hops());
        restore(change);
        cache.put(new Key(kind, user.address, change.sequence()), body.bytes());
        turn.change(change);
    }

    /// What is added to a feed.
    record Body(MessageId id, long expiresAtMillis, ByteString bytes, List<SignedBytes> hops) {}

    void restore(Change.FeedAdded change) {
        User user = users.computeIfAbsent(change.address(), User::new);
        Feed feed = user.feed(change.feed());
        feed.entries.add(change.sequence(), change.expiresAtMillis(), change.size());
        feed.last = change.sequence();
        messages += change.feed() == FeedKind.MAIL ? 1 : 0;
    }

    void restore(Change.FeedAcknowledged change) {
        user(change.address()).ifPresent(
                user -> remove(user.feed(change.feed()), user.address, change.sequence()));
    }

    /// A client has everything up to a number.
    void acknowledge(Attachment attachment, FeedKind kind, long sequence, Turn turn) {
        Cursor cursor = attachment.cursor(kind);
        Feed feed = attachment.user.feed(kind);
        long through = Math.min(sequence, cursor.sent);
        if (through <= cursor.acknowledged) {
            return;
        }
        int to = feed.entries.firstAfter(through);
        for (int index = feed.entries.firstAfter(cursor.acknowledged); index < to; index++) {
            cursor.openBytes -= feed.entries.size(index);
        }
        cursor.acknowledged = through;
        if (cursor.acknowledged == cursor.sent) {
            cursor.openBytes = 0;
        }
        if (attachment.role == AttachmentRole.OWNER && to > 0) {
            Change.FeedAcknowledged change = new Change.FeedAcknowledged(kind,
                    attachment.user.address, through);
            restore(change);
            turn.change(change);
        }
        pump(attachment, kind, turn);
    }

    /// Pushes what has room to every connection of a user.
    void pump(User user, FeedKind kind, Turn turn) {
        for (Attachment attachment : user.attachments) {
            pump(attachment, kind, turn);
        }
    }

    /// Pushes what has room to one connection.
    void pump(Attachment attachment, FeedKind kind, Turn turn) {
        Cursor cursor = attachment.cursor(kind);
        Sequences entries = attachment.user.feed(kind).entries;
        while (!cursor.loading) {
            int from = entries.firstAfter(cursor.sent);
            int room = room(cursor, entries, from);
            if (room == 0) {
                return;
            }
            List<Effect.FeedItem> items = cached(attachment.user, kind, from, from + room);
            if (items.isEmpty()) {
                load(attachment, kind, entries, from, from + room, turn);
            } else {
                push(attachment, kind, items, turn);
            }
        }
    }

    /// How many entries may be pushed next, in one frame.
    private int room(Cursor cursor, Sequences entries, int from) {
        int open = from - entries.firstAfter(cursor.acknowledged);
        int room = Math.min(limits.links().frameItems(),
                Math.min(entries.count() - from, limits.links().unansweredItems() - open));
        long bytes = 0;
        long window = (long) WINDOW_FRAMES * limits.links().frameBytes() - cursor.openBytes;
        for (int taken = 0; taken < room; taken++) {
            bytes += entries.size(from + taken);
            if ((bytes > limits.links().frameBytes() && taken > 0) || bytes > window) {
                return taken;
            }
        }
        return Math.max(0, room);
    }

    private List<Effect.FeedItem> cached(User user, FeedKind kind, int from, int to) {
        Sequences entries = user.feed(kind).entries;
        List<Effect.FeedItem> items = new ArrayList<>();
        for (int index = from; index < to; index++) {
            long number = entries.number(index);
            ByteString body = cache.get(new Key(kind, user.address, number));
            if (body == null) {
                break;
            }
            items.add(new Effect.FeedItem(number, body));
        }
        return items;
    }

    private void push(Attachment attachment, FeedKind kind, List<Effect.FeedItem> items,
            Turn turn) {
        Cursor cursor = attachment.cursor(kind);
        for (Effect.FeedItem item : items) {
            cursor.openBytes += item.body().size();
        }
        cursor.sent = items.getLast().sequence();
        turn.effect(switch (kind) {
            case MAIL -> new Effect.PushMail(attachment.id, items);
            case EVENTS -> new Effect.PushEvents(attachment.id, items);
        });
    }

    private void load(Attachment attachment, FeedKind kind, Sequences entries, int from, int to,
            Turn turn) {
        if (from >= to) {
            throw new IllegalStateException("load: nothing (expected: 1 entry or more)");
        }
        attachment.cursor(kind).loading = true;
        load(new Effect.LoadFeed(numbers.next(), kind, attachment.user.address,
                attachment.cursor(kind).sent, entries.number(to - 1)), attachment, turn);
    }

    private void load(Effect.LoadFeed effect, @Nullable Attachment attachment, Turn turn) {
        loads.put(effect.load(), new Load(effect, attachment));
        turn.effect(effect);
    }

    /// Fetches the next frame of a user's messages after a number, to pass them on. Empty: none are
    /// left.
    Optional<Long> loadMail(User user, long after, Turn turn) {
        Sequences entries = user.mail.entries;
        int from = entries.firstAfter(after);
        int room = room(new Cursor(), entries, from);
        if (room == 0) {
            return Optional.empty();
        }
        Effect.LoadFeed effect = new Effect.LoadFeed(numbers.next(), FeedKind.MAIL, user.address,
                after, entries.number(from + room - 1));
        load(effect, null, turn);
        return Optional.of(effect.load());
    }

    /// The store's answer. What [#loadMail] asked for is for the caller.
    void loaded(Input.FeedLoaded input, Turn turn) {
        Load load = loads.remove(input.load());
        if (load == null || load.attachment() == null) {
            return;
        }
        Attachment attachment = load.attachment();
        FeedKind kind = load.effect().feed();
        Cursor cursor = attachment.cursor(kind);
        cursor.loading = false;
        if (attachments.get(attachment.id) != attachment) {
            return;
        }
        dropMissing(attachment.user, load.effect(), input.entries(), turn);
        Sequences entries = attachment.user.feed(kind).entries;
        List<Effect.FeedItem> items = new ArrayList<>();
        for (LoadedEntry entry : input.entries()) {
            int index = entries.firstAfter(entry.sequence() - 1);
            if (entry.sequence() > cursor.sent && index < entries.count()
                    && entries.number(index) == entry.sequence()) {
                items.add(new Effect.FeedItem(entry.sequence(), entry.body()));
            }
        }
        if (!items.isEmpty()) {
            push(attachment, kind, items, turn);
        }
        pump(attachment, kind, turn);
    }

    /// Tries a load that failed again after a pause.
    boolean retry(long load, Turn turn) {
        Load failed = loads.get(load);
        if (failed != null) {
            turn.effect(failed.effect());
        }
        return failed != null;
    }

    boolean isLoading(long load) {
        return loads.containsKey(load);
    }

    /// An entry that the store does not have would be asked for again and again.
    private void dropMissing(User user, Effect.LoadFeed effect, List<LoadedEntry> found,
            Turn turn) {
        Sequences entries = user.feed(effect.feed()).entries;
        int next = 0;
        List<Long> missing = new ArrayList<>();
        for (int index = entries.firstAfter(effect.after()); index < entries.count()
                && entries.number(index) <= effect.through(); index++) {
            long number = entries.number(index);
            while (next < found.size() && found.get(next).sequence() < number) {
                next++;
            }
            if (next == found.size() || found.get(next).sequence() != number) {
                missing.add(number);
            }
        }
        for (long number : missing) {
            entries.remove(number);
            messages -= effect.feed() == FeedKind.MAIL ? 1 : 0;
        }
        turn.count(Counter.BODY_MISSING, missing.size());
    }

    /// Drops what is over, and users of whom nothing is left.
    void sweep(Turn turn) {
        for (User user : users.values()) {
            int mail = user.mail.entries.removeExpired(turn.now());
            int events = user.events.entries.removeExpired(turn.now());
            messages -= mail;
            turn.count(Counter.EXPIRED, mail + events);
            if (mail > 0) {
                pump(user, FeedKind.MAIL, turn);
            }
            if (events > 0) {
                pump(user, FeedKind.EVENTS, turn);
            }
        }
        users.values().removeIf(user -> user.isUnused(turn.now()));
    }

    private void remove(Feed feed, WalletAddress address, long through) {
        int to = feed.entries.firstAfter(through);
        for (int index = 0; index < to; index++) {
            cache.remove(new Key(feed.kind, address, feed.entries.number(index)));
        }
        int removed = feed.entries.removeThrough(through);
        messages -= feed.kind == FeedKind.MAIL ? removed : 0;
    }

    /// Every user for whom messages wait.
    List<User> usersWithMail() {
        return users.values().stream().filter(user -> user.mail.entries.count() > 0).toList();
    }

    /// Every connected user whose record is to be published again.
    List<User> attachedUsers() {
        return users.values().stream().filter(user -> !user.attachments.isEmpty()).toList();
    }
}
