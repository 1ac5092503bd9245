package network.dchat.gateway.rest;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.messages.History;
import network.dchat.gateway.relay.MailboxGrants;
import network.dchat.gateway.relay.MailboxReader;
import network.dchat.gateway.signature.Caller;
import network.dchat.identity.PeerId;
import network.dchat.mesh.AccessGrant;
import network.dchat.mesh.ObjectName;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Shows a user what the network keeps for them: history in the mesh, and what waits in the
/// mailbox, each under a grant of theirs that names this gateway.
@RestController
final class ChatsController {
    private static final String HISTORY = "X-History-Grant";
    private static final String MAILBOX = "X-Mailbox-Grant";
    private static final int MAXIMUM_CURSOR = 256;

    private final NodeIdentity node;
    private final History history;
    private final MailboxReader mailboxes;
    private final InstantSource clock;
    private final Blocking blocking;

    ChatsController(NodeIdentity node, History history, MailboxReader mailboxes,
            InstantSource clock, Blocking blocking) {
        this.node = node;
        this.history = history;
        this.mailboxes = mailboxes;
        this.clock = clock;
        this.blocking = blocking;
    }

    /// @param historyGrant base64 of a `CertifiedGrant` to read the collection `history`
    /// @param mailboxGrant base64 of a `CertifiedGrant` to read the mailbox
    /// @param cursor where the page begins, from the answer before
    @GetMapping("/api/chats")
    Mono<ChatsView> chats(@RequestAttribute(RequestGuard.CALLER) Caller caller,
            @RequestHeader(name = HISTORY, required = false) @Nullable String historyGrant,
            @RequestHeader(name = MAILBOX, required = false) @Nullable String mailboxGrant,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "20") int limit) {
        return blocking.call(() -> {
            if (historyGrant == null && mailboxGrant == null) {
                throw new RefusedException(RejectionCode.NOT_AUTHORISED,
                        "X-History-Grant or X-Mailbox-Grant: both are missing");
            }
            if (limit < 1 || limit > History.MOST) {
                throw new RefusedException(RejectionCode.INVALID,
                        "limit: " + limit + " (expected: 1 to " + History.MOST + ")");
            }
            return new ChatsView(
                    Optional.ofNullable(historyGrant)
                            .map(grant -> history(caller, grant, cursor, limit)),
                    Optional.ofNullable(mailboxGrant).map(grant -> mailbox(caller, grant)));
        });
    }

    private ChatsView.HistoryView history(Caller caller, String base64, String cursor, int limit) {
        CertifiedGrant certified = SendBody.message(HISTORY, base64, CertifiedGrant.parser());
        AccessGrant grant = RefusedException
                .unwrap(AccessGrant.verify(certified, node.networkId(), clock.millis()));
        if (!grant.permits(node.peerId(), GrantAction.READ_COLLECTION, caller.address(),
                ObjectName.HISTORY)) {
            throw new RefusedException(RejectionCode.NOT_AUTHORISED,
                    "X-History-Grant: not for this gateway to read this history");
        }
        History.Page page = history.read(caller.address(), certified, after(cursor), limit);
        return new ChatsView.HistoryView(
                page.packs().stream()
                        .map(pack -> new ChatsView.PackView(pack.name(), pack.version(),
                                base64(pack.sealed())))
                        .toList(),
                page.next().map(ChatsController::cursor), page.answered(), page.asked());
    }

    private ChatsView.MailboxView mailbox(Caller caller, String base64) {
        MailboxGrants.Held grant = RefusedException.unwrap(MailboxGrants.verify(node.networkId(),
                node.peerId(), caller.address(),
                SendBody.message(MAILBOX, base64, CertifiedGrant.parser()), clock.millis()));
        MailboxReader.Reading reading = mailboxes.read(grant);
        return new ChatsView.MailboxView(
                reading.envelopes().entrySet().stream()
                        .map(each -> new ChatsView.EnvelopeView(each.getKey().hex(),
                                base64(each.getValue().toByteString())))
                        .toList(),
                reading.handles().stream()
                        .map(handle -> new ChatsView.HandleView(
                                PeerId.parse(handle.getRelay()).map(PeerId::toString).orElse(""),
                                base64(handle.getToken())))
                        .toList(),
                reading.answered(), reading.asked());
    }

    private static String cursor(String name) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String after(String cursor) {
        if (cursor.length() > MAXIMUM_CURSOR) {
            throw new RefusedException(RejectionCode.MALFORMED, "cursor: too long");
        }
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new RefusedException(RejectionCode.MALFORMED, "cursor: not one of ours");
        }
    }

    private static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
