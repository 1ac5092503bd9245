package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.WalletAddress;
import org.jspecify.annotations.Nullable;

/// What a relay knows of one user: the two feeds, the record, the connections.
final class User {
    final WalletAddress address;
    final Feed mail = new Feed(FeedKind.MAIL);
    final Feed events = new Feed(FeedKind.EVENTS);
    final List<Attachment> attachments = new ArrayList<>();
    /// Messages up to this number were passed on to the user's new relays.
    long passedOn;
    private @Nullable UserRoute route;

    User(WalletAddress address) {
        this.address = address;
    }

    Feed feed(FeedKind kind) {
        return switch (kind) {
            case MAIL -> mail;
            case EVENTS -> events;
        };
    }

    Optional<UserRoute> route() {
        return Optional.ofNullable(route);
    }

    void route(UserRoute newest) {
        route = newest;
    }

    boolean isUnused(long nowMillis) {
        return attachments.isEmpty() && mail.entries.count() == 0 && events.entries.count() == 0
                && (route == null || route.expiresAtMillis() <= nowMillis);
    }

    /// A user's messages or events, by number.
    static final class Feed {
        final FeedKind kind;
        final Sequences entries = new Sequences();
        /// Highest number given so far.
        long last;

        Feed(FeedKind kind) {
            this.kind = kind;
        }
    }

    /// One connection of a user.
    static final class Attachment {
        final long id;
        final User user;
        final AttachmentRole role;
        final Cursor mail = new Cursor();
        final Cursor events = new Cursor();
        /// Commitments whose finality this connection waits for.
        int awaited;

        Attachment(long id, User user, AttachmentRole role) {
            this.id = id;
            this.user = user;
            this.role = role;
        }

        Cursor cursor(FeedKind kind) {
            return switch (kind) {
                case MAIL -> mail;
                case EVENTS -> events;
            };
        }
    }

    /// How far a connection is in a feed.
    static final class Cursor {
        /// Highest number pushed.
        long sent;
        /// Highest number acknowledged.
        long acknowledged;
        /// Bytes pushed and not acknowledged.
        long openBytes;
        /// Whether bodies are being fetched for it.
        boolean loading;
    }
}
