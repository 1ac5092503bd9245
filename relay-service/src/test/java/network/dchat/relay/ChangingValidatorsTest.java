package network.dchat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import network.dchat.identity.Verified;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.RelayFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A relay whose validators are all replaced, again and again, while it follows and while it is
/// down.
class ChangingValidatorsTest {
    private static final long HOUR = 3_600_000;

    @TempDir
    Path directory;

    @Test
    void goesOnWhoeverTheValidatorsAre() throws Exception {
        try (RelayFleet fleet = new RelayFleet(directory, Map.of())) {
            for (int reign = 0; reign < 3; reign++) {
                replace(fleet);
                await(fleet, "relay1");
            }
            assertThat(send(fleet, "online")).isPositive();

            fleet.chain().showForgery(1);
            RelayFleet.waitFor("the forgery counted", () -> refused(fleet) >= 1);
            replace(fleet);
            await(fleet, "relay1");

            fleet.crash("relay1");
            for (int reign = 0; reign < 4; reign++) {
                replace(fleet);
            }
            fleet.start("relay1");
            await(fleet, "relay1");
            long height = send(fleet, "back");
            assertThat(height).isGreaterThan(12);

            fleet.join("relay3");
            RelayFleet.waitFor("a new relay follows",
                    () -> follower(fleet, "relay3").trusted().height() >= height);
        }
    }

    /// Sends a message and verifies its place as a user who has been away since genesis; says the
    /// height.
    private static long send(RelayFleet fleet, String text) throws Exception {
        TestUser ann = fleet.user("ann" + text);
        Envelope envelope = TestUser.envelope(fleet.user("bob"), text,
                System.currentTimeMillis() + HOUR);
        try (TestClient client = new TestClient(ann, fleet.relay("relay1"))) {
            TestClient.Attached mail = client.attach(java.util.List.of(client.relay));
            mail.submit(java.util.List.of(ann.submission(envelope, text)));
            Finality finality = Finality.getDefaultInstance();
            while (!finality.hasPosition()) {
                finality = mail.stream().await("finality", RelayFrame::hasEvents).getEvents()
                        .getEventsList().stream().filter(MailboxEvent::hasFinality)
                        .map(MailboxEvent::getFinality).findFirst().orElse(finality);
            }
            LightBlockSource relay = LightBlockSource
                    .of(ChainGrpc.newBlockingStub(client.channel().channel()));
            long height = finality.getPosition().getHeight();
            TrustedChain genesis = TrustedChain.of(fleet.genesis);
            assertThat(genesis.verify(finality.getLightBlock()).refusal()).isPresent();
            TrustedChain known = genesis.extend(relay.lightBlocks(0, height)).orElseThrow();
            assertThat(known.verify(finality.getLightBlock()).refusal()).isEmpty();
            assertThat(PortableProofVerifier.of(fleet.genesis).verify(known, finality))
                    .isInstanceOf(Verified.Accepted.class);
            assertThat(genesis.extend(relay.lightBlocks(0, 0)).orElseThrow().height())
                    .isGreaterThanOrEqualTo(height);
            return height;
        }
    }

    private static void replace(RelayFleet fleet) {
        long from = fleet.chain().replaceValidator();
        RelayFleet.waitFor("reign from " + from, () -> fleet.chain().height() > from);
    }

    private static void await(RelayFleet fleet, String relay) {
        long height = fleet.chain().height();
        RelayFleet.waitFor("follows to " + height,
                () -> follower(fleet, relay).trusted().height() >= height);
    }

    private static FollowedChain follower(RelayFleet fleet, String relay) {
        return fleet.relay(relay).context().getBean(FollowedChain.class);
    }

    private static double refused(RelayFleet fleet) {
        return fleet.relay("relay1").context().getBean(MeterRegistry.class)
                .counter("dchat.relay.blocks.refused", "code", "INVALID").count();
    }
}
