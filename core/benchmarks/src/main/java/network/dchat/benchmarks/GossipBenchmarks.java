package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import network.dchat.gossip.Arrival;
import network.dchat.gossip.Effect;
import network.dchat.gossip.Frame;
import network.dchat.gossip.Gossip;
import network.dchat.gossip.GossipLimits;
import network.dchat.gossip.Input;
import network.dchat.gossip.Rumor;
import network.dchat.gossip.Standing;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.SignedBytes;

/// A thousand rumors, each from five neighbours, against a plain set of their ids.
final class GossipBenchmarks {
    private static final int RUMORS = 1_000;
    private static final int FRAME = 100;
    private static final int LINKS = 5;
    private static final int TTL = 8;
    private static final long FRAME_MILLIS = 1_000;

    private GossipBenchmarks() {}

    static Comparison flood() {
        List<PeerId> links = new ArrayList<>();
        for (int link = 0; link < LINKS; link++) {
            links.add(PeerId.of(Fixtures.key("link " + link).publicKey()));
        }
        List<Frame> frames = new ArrayList<>();
        List<Hash> ids = new ArrayList<>();
        for (int first = 0; first < RUMORS; first += FRAME) {
            List<Arrival> arrivals = new ArrayList<>();
            for (int number = first; number < first + FRAME; number++) {
                Rumor rumor = rumor(number);
                arrivals.add(new Arrival(rumor, TTL));
                ids.add(rumor.id());
            }
            frames.add(new Frame(arrivals, List.of(), List.of(), List.of()));
        }
        PeerId self = PeerId.of(Fixtures.key("self").publicKey());
        return new Comparison("arrivals", RUMORS * LINKS, () -> flood(self, links, frames),
                () -> remember(ids), "a plain set of ids");
    }

    private static long flood(PeerId self, List<PeerId> links, List<Frame> frames) {
        Gossip gossip = new Gossip(self, GossipLimits.defaults(), 1);
        long now = Fixtures.NOW;
        for (PeerId link : links) {
            gossip.apply(new Input.LinkOpened(link, AddressScope.LOOPBACK, Standing.UNKNOWN, now));
        }
        long delivered = 0;
        for (Frame frame : frames) {
            now += FRAME_MILLIS;
            for (PeerId link : links) {
                for (Effect effect : gossip.apply(new Input.FrameReceived(link, frame, now))) {
                    delivered += effect instanceof Effect.Deliver ? 1 : 0;
                }
            }
        }
        return delivered;
    }

    private static long remember(List<Hash> ids) {
        Set<Hash> seen = new LinkedHashSet<>();
        long delivered = 0;
        for (Hash id : ids) {
            for (int link = 0; link < LINKS; link++) {
                delivered += seen.add(id) ? 1 : 0;
            }
        }
        return delivered;
    }

    /// A rumor as the codec would have read it; each has another origin.
    private static Rumor rumor(int number) {
        PeerId origin = PeerId.of(Fixtures.key("origin " + number).publicKey());
        ByteString payload = ByteString.copyFromUtf8("rumor " + number);
        ByteString body = GossipBody.newBuilder().setKind(GossipKind.ROUTE_REQUEST).setSequence(1)
                .setSentAt(Fixtures.NOW).setPayload(payload).build().toByteString();
        return new Rumor(Sha256.of(origin.toBytes(), body), origin, GossipKind.ROUTE_REQUEST, 1,
                Fixtures.NOW, payload, AddressScope.PUBLIC,
                SignedBytes.newBuilder().setBody(body).build());
    }
}
