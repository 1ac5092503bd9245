package network.dchat.testnet.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Map;
import network.dchat.gateway.Caller;
import network.dchat.gateway.Message;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.ObjectName;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.User;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.GrantAction;

/// An application that speaks to a fleet's gateway for a user of its own, who runs no node.
final class GatewayVisit implements AutoCloseable {
    private static final int CIPHERTEXT = 512;
    private static final long LIFE_MILLIS = 3_600_000;

    private final RunningNode gateway;
    private final User user;
    private final Caller caller;

    GatewayVisit(NetworkId network, RunningNode gateway) {
        this.gateway = gateway;
        this.user = new User("applicant", network, Clock.systemUTC().millis());
        this.caller = new Caller(user, gateway.httpPort());
    }

    /// Makes the user known as one whose mailbox lies at a relay.
    void moveInto(RunningNode relay) {
        relay.context().getBean(UserRecords.class).publish(user.record(relay.peerId()));
    }

    /// A message that only its recipient could open.
    Message message(WalletAddress recipient) {
        long minute = 60_000;
        return new Message(user,
                Envelope.newBuilder().setRecipient(recipient.bytes())
                        .setExpiresAt((user.now() + LIFE_MILLIS) / minute * minute)
                        .setCiphertext(ByteString.copyFrom(new byte[CIPHERTEXT])).build());
    }

    HttpResponse<String> send(Message message) throws Exception {
        return caller.post("/api/send", message.body(gateway.peerId()));
    }

    /// How far a message is.
    Map<String, Object> look(Message message) {
        try {
            return Console.object(caller.get("/api/messages/" + message.id().hex()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The user's history, read from the mesh under a grant.
    String history() throws Exception {
        Caller.Draft draft = caller.draft("GET", "/api/chats", "");
        draft.headers.put("X-History-Grant", Caller.base64(grant(gateway.peerId()).toByteString()));
        return caller.send(draft).body();
    }

    private CertifiedGrant grant(PeerId holder) {
        return user.grant(holder, ObjectName.HISTORY, GrantAction.READ_COLLECTION);
    }

    @Override
    public void close() {
        caller.close();
    }
}
