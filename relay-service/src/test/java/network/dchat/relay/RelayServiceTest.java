package network.dchat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.mailbox.Inspector;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.DeliveryAck;
import network.dchat.wire.v1.DeliveryBatch;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Messages across two relays.
@ExtendWith(SharedFleet.class)
class RelayServiceTest {
    private static final long HOUR = 3_600_000;

    private static RelayFleet fleet;

    @BeforeAll
    static void start(RelayFleet shared) {
        fleet = shared;
    }

    @Test
    void carriesAMessageAcrossTwoRelaysAndItsReceiptBack() throws Exception {
        TestUser ann = fleet.user("ann");
        TestUser bob = fleet.user("bob");
        try (TestClient sender = new TestClient(ann, fleet.relay("relay1"));
                TestClient recipient = new TestClient(bob, fleet.relay("relay2"))) {
            TestClient.Attached bobsMail = recipient.attach(List.of(recipient.relay));
            TestClient.Attached annsMail = sender.attach(List.of(sender.relay));
            Envelope envelope = TestUser.envelope(bob, "hello", now() + HOUR);
            annsMail.submit(List.of(ann.submission(envelope, "hello")));

            SubmissionResult result = annsMail.stream().await("result", RelayFrame::hasResults)
                    .getResults().getResults(0);
            assertThat(result.hasRejection()).isFalse();
            assertThat(knows("relay1", ann.id(envelope))).isTrue();

            RelayFrame mail = bobsMail.stream().await("mail", RelayFrame::hasEntries);
            MailboxEntry entry = mail.getEntries().getEntries(0);
            assertThat(entry.getEnvelope()).isEqualTo(envelope);
            assertThat(knows("relay2", ann.id(envelope))).isTrue();
            ReturnHandle handle = ReturnHandle.newBuilder().setRelay(sender.relay.toBytes())
                    .setToken(annsMail.tokens().getFirst()).build();
            bobsMail.stream().out.onNext(AttachFrame.newBuilder()
                    .setDeliveries(DeliveryBatch.newBuilder().addDeliveries(
                            bob.delivery(envelope, "hello", recipient.relay, handle, now())))
                    .build());
            bobsMail.stream().out.onNext(AttachFrame.newBuilder()
                    .setAck(DeliveryAck.newBuilder().setSequence(entry.getSequence())).build());
            SubmissionResult taken = bobsMail.stream()
                    .await("delivery result", RelayFrame::hasDeliveryResults).getDeliveryResults()
                    .getResults(0);
            assertThat(taken.hasRejection()).isFalse();

            List<MailboxEvent> events = events(annsMail, 4);
            Finality finality = events.stream().filter(MailboxEvent::hasFinality).findFirst()
                    .orElseThrow().getFinality();
            assertThat(finality.getCommitment())
                    .isEqualTo(ann.opening(envelope, "hello").commitment().bytes());
            assertThat(new Inspector(ann.network(), sender.relay).stored(events.stream()
                    .filter(MailboxEvent::hasStored).findFirst().orElseThrow().getStored())
                    .orElseThrow().relay()).isEqualTo(recipient.relay);
            assertThat(events).anyMatch(MailboxEvent::hasReceipt)
                    .anyMatch(MailboxEvent::hasDelivery);
            RelayFleet.waitFor("mailbox empty", () -> fleet.count("relay2", "feed_entry") == 0);
        }
    }

    @Test
    void takesNothingUntilItsAccountCanPay() throws Exception {
        fleet.join("relay3");
        RelayFleet.waitFor("funds missed",
                () -> fleet.relay("relay3").notReady().containsKey("funds"));
        TestUser ann = fleet.user("andrea");
        TestUser bob = fleet.user("bo");
        Envelope envelope = TestUser.envelope(bob, "unpaid", now() + HOUR);
        try (TestClient sender = new TestClient(ann, fleet.relay("relay3"))) {
            TestClient.Attached mail = sender.attach(List.of(sender.relay));
            mail.submit(List.of(ann.submission(envelope, "unpaid")));
            assertThat(mail.stream().await("refusal", RelayFrame::hasResults).getResults()
                    .getResults(0).getRejection().getCode())
                    .isEqualTo(RejectionCode.INSUFFICIENT_FUNDS);
            assertThat(knows("relay3", ann.id(envelope))).isFalse();

            pay(WalletAddress.of(sender.relay.publicKey()), 400);
            RelayFleet.waitFor("funds seen", () -> fleet.relay("relay3").notReady().isEmpty());
            mail.submit(List.of(ann.submission(envelope, "unpaid")));
            assertThat(mail.stream().await("result", RelayFrame::hasResults).getResults()
                    .getResults(0).hasRejection()).isFalse();
            assertThat(events(mail, 1)).anyMatch(MailboxEvent::hasFinality);
        }
    }

    private static void pay(WalletAddress account, long amount) {
        Transaction transfer = Transactions.transfer(fleet.user("anyone").network(),
                RelayFleet.TREASURY, 1, account, amount);
        try (TestClient anyone = new TestClient(fleet.user("anyone"), fleet.relay("relay1"))) {
            assertThat(ChainGrpc.newBlockingStub(anyone.channel().channel())
                    .submit(SubmitTransactionsRequest.newBuilder()
                            .addTransactions(transfer.encoded()).build())
                    .getResults(0).hasRejection()).isFalse();
        }
    }

    @Test
    void losesNothingAcknowledgedWhenBothRelaysCrash() throws Exception {
        TestUser ann = fleet.user("anna");
        TestUser bob = fleet.user("bert");
        PeerId home = fleet.relay("relay2").peerId();
        Set<ByteString> acknowledged = new HashSet<>();
        try (TestClient recipient = new TestClient(bob, fleet.relay("relay2"))) {
            recipient.attach(List.of(home));
        }
        fleet.crash("relay2");
        try (TestClient sender = new TestClient(ann, fleet.relay("relay1"))) {
            TestClient.Attached mail = sender.attach(List.of(sender.relay));
            List<SignedBytes> batch = new ArrayList<>();
            for (int number = 0; number < 100; number++) {
                batch.add(ann.submission(TestUser.envelope(bob, "crash" + number, now() + HOUR),
                        "crash" + number));
            }
            mail.submit(batch.subList(0, 50));
            mail.stream().await("results", RelayFrame::hasResults).getResults().getResultsList()
                    .forEach(result -> acknowledged.add(result.getMessageId()));
            mail.submit(batch.subList(50, 100));
        }
        fleet.crash("relay1");
        fleet.start("relay1");
        fleet.start("relay2");
        try (TestClient recipient = new TestClient(bob, fleet.relay("relay2"))) {
            TestClient.Attached mail = recipient.attach(List.of(home));
            Set<ByteString> received = new HashSet<>();
            while (!received.containsAll(acknowledged)) {
                mail.stream().await("mail", RelayFrame::hasEntries).getEntries().getEntriesList()
                        .forEach(entry -> assertThat(
                                received.add(bob.id(entry.getEnvelope()).bytes())).isTrue());
            }
            assertThat(acknowledged).hasSize(50);
        }
    }

    @Test
    void passesTheChainOnAndTellsItsStatus() throws Exception {
        try (TestClient client = new TestClient(fleet.user("carl"), fleet.relay("relay1"))) {
            var chain = ChainGrpc.newBlockingStub(client.channel().channel());
            assertThat(chain.status(ChainStatusRequest.getDefaultInstance()).getHeight())
                    .isPositive();
            ProofResponse unknown = chain.proof(ProofRequest.newBuilder()
                    .setCommitment(TestUser.hash("nothing").bytes()).build());
            assertThat(unknown.hasPosition()).isFalse();
            assertThat(get("/relay/status")).contains("\"height\":", "\"attached_users\":");
            assertThat(get("/status")).contains("\"height\":", "\"ready\":true");
        }
    }

    private static List<MailboxEvent> events(TestClient.Attached mail, int count)
            throws InterruptedException {
        List<MailboxEvent> events = new ArrayList<>();
        Set<MailboxEvent.EventCase> kinds = new HashSet<>();
        while (kinds.size() < count) {
            for (MailboxEvent event : mail.stream().await("events " + kinds, RelayFrame::hasEvents)
                    .getEvents().getEventsList()) {
                events.add(event);
                kinds.add(event.getEventCase());
            }
        }
        return events;
    }

    private static boolean knows(String relay, MessageId id) {
        Integer count = fleet.jdbc(relay).queryForObject(
                "select count(*) from known_id where id = ?", Integer.class,
                id.bytes().toByteArray());
        return count != null && count > 0;
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static String get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest
                    .newBuilder(URI
                            .create("http://127.0.0.1:" + fleet.relay("relay1").httpPort() + path))
                    .build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
