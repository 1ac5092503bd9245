package network.dchat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmissionResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Durable and verified messages a second through one relay, loaded over real streams from the same
/// machine. Measured on demand.
@EnabledIfSystemProperty(named = "dchat.measure", matches = "true")
class RelayThroughputTest {
    private static final Logger LOG = LoggerFactory.getLogger(RelayThroughputTest.class);
    private static final int SENDERS = 8;
    private static final int BATCHES = 40;
    private static final int BATCH = 100;
    private static final int WINDOW = 4;
    private static final int ROUNDS = 3;
    private static final long HOUR = 3_600_000;

    @TempDir
    private Path directory;

    @Test
    void measuresOneRelay() throws Exception {
        try (RelayFleet fleet = new RelayFleet(directory,
                Map.of("dchat.relay.submissions-per-second", 1_000_000,
                        "dchat.relay.mailbox-messages", 1_000_000, "dchat.relay.mailbox-size",
                        "4GB"))) {
            for (int round = 1; round <= ROUNDS; round++) {
                measure(fleet, round);
            }
        }
    }

    private static void measure(RelayFleet fleet, int round) throws Exception {
        List<TestClient> clients = new ArrayList<>();
        List<TestClient.Attached> mails = new ArrayList<>();
        List<List<List<SignedBytes>>> work = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            TestUser user = fleet.user("sender" + round + "-" + sender);
            TestClient client = new TestClient(user, fleet.relay("relay1"));
            clients.add(client);
            mails.add(client.attach(List.of(client.relay)));
            work.add(batches(fleet.user("reader" + sender % 2), user, round));
            try (TestClient reader = new TestClient(fleet.user("reader" + sender % 2),
                    fleet.relay("relay1"))) {
                reader.attach(List.of(client.relay));
            }
        }
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            int index = sender;
            threads.add(Thread.ofVirtual().start(() -> send(mails.get(index), work.get(index))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        int sent = SENDERS * BATCHES * BATCH;
        LOG.info("event=measured round={} messages={} per_second={}", round, sent,
                Math.round(sent / seconds));
        RelayFleet.waitFor("delivered", () -> fleet.count("relay1", "outbox") == 0);
        LOG.info("event=delivered round={} per_second={} commitments={}", round,
                Math.round(sent / ((System.nanoTime() - began) / 1e9)),
                fleet.chain().commitments());
        clients.forEach(TestClient::close);
    }

    private static List<List<SignedBytes>> batches(TestUser to, TestUser from, int round) {
        List<List<SignedBytes>> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            List<SignedBytes> signed = new ArrayList<>();
            for (int index = 0; index < BATCH; index++) {
                String number = from.name() + "/" + round + "/" + batch + "/" + index;
                signed.add(from.submission(
                        TestUser.envelope(to, number, System.currentTimeMillis() + HOUR), number));
            }
            batches.add(signed);
        }
        return batches;
    }

    private static void send(TestClient.Attached mail, List<List<SignedBytes>> batches) {
        try {
            int answered = 0;
            for (int batch = 0; batch < batches.size(); batch++) {
                mail.submit(batches.get(batch));
                if (batch >= WINDOW) {
                    answered += results(mail);
                }
            }
            while (answered < BATCHES * BATCH) {
                answered += results(mail);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static int results(TestClient.Attached mail) throws InterruptedException {
        List<SubmissionResult> results = mail.stream().await("results", RelayFrame::hasResults)
                .getResults().getResultsList();
        assertThat(results).noneMatch(SubmissionResult::hasRejection);
        return results.size();
    }
}
