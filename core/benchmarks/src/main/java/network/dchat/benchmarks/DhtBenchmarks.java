package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import network.dchat.dht.Caller;
import network.dchat.dht.Dht;
import network.dchat.dht.DhtLimits;
import network.dchat.dht.Effect;
import network.dchat.dht.Input;
import network.dchat.dht.Request;
import network.dchat.dht.Response;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.ProofOfWork;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.Role;

/// Who is closest to a key, asked of a node that heard of a thousand others, against sorting those
/// that it knows.
final class DhtBenchmarks {
    private static final int PEERS = 1_000;
    private static final int QUESTIONS = 100;
    private static final int CLOSEST = 20;
    private static final int WORK_BITS = 2;

    private DhtBenchmarks() {}

    static Comparison closest() {
        Dht dht = new Dht(PeerId.of(Fixtures.key("self").publicKey()), DhtLimits.defaults(), 1);
        IntStream.range(0, PEERS).forEach(number -> introduce(dht, number));
        Caller caller = new Caller(PeerId.of(Fixtures.key("caller").publicKey()),
                AddressScope.LOOPBACK, Optional.empty());
        List<Hash> targets = IntStream.range(0, QUESTIONS)
                .mapToObj(number -> Fixtures.hash("target " + number)).toList();
        List<byte[]> keys = dht.contacts().stream()
                .map(contact -> contact.value().peer().dhtKey().bytes().toByteArray()).toList();
        return new Comparison("lookups", QUESTIONS, () -> {
            long sum = 0;
            for (Hash target : targets) {
                sum += ask(dht, caller, target);
            }
            return sum;
        }, () -> {
            long sum = 0;
            for (Hash target : targets) {
                sum += sortAll(keys, target.bytes().toByteArray());
            }
            return sum;
        }, "sorting all contacts by distance");
    }

    private static long ask(Dht dht, Caller caller, Hash target) {
        long sum = 0;
        for (Effect effect : dht.apply(
                new Input.RequestReceived(1, caller, new Request.FindNode(target), Fixtures.NOW))) {
            if (effect instanceof Effect.Reply(_, Response.Nodes(var peers))) {
                for (Certified<PeerRecord> peer : peers) {
                    sum += first(peer.value().peer().dhtKey().bytes().toByteArray());
                }
            }
        }
        return sum;
    }

    private static long sortAll(List<byte[]> keys, byte[] target) {
        List<byte[]> sorted = new ArrayList<>(keys);
        sorted.sort(Comparator.comparing(key -> distance(key, target), Arrays::compareUnsigned));
        return sorted.stream().limit(CLOSEST).mapToLong(DhtBenchmarks::first).sum();
    }

    private static byte[] distance(byte[] key, byte[] target) {
        byte[] distance = new byte[key.length];
        for (int index = 0; index < key.length; index++) {
            distance[index] = (byte) (key[index] ^ target[index]);
        }
        return distance;
    }

    private static long first(byte[] key) {
        return ByteString.copyFrom(key).asReadOnlyByteBuffer().getLong();
    }

    /// Lets the node hear of a peer, which answers when it is asked.
    private static void introduce(Dht dht, int number) {
        Certified<PeerRecord> record = record(number);
        for (Effect effect : dht.apply(new Input.PeerSeen(record, Fixtures.NOW))) {
            if (effect instanceof Effect.Call call) {
                dht.apply(new Input.ResponseReceived(call.callId(), record.value().peer(),
                        record.value().addresses().getFirst(),
                        new Response.Pong(Optional.of(record)), Fixtures.NOW));
            }
        }
    }

    private static Certified<PeerRecord> record(int number) {
        SigningKey key = Fixtures.key("node " + number);
        NodeProfile profile = new NodeProfile(Set.of(Role.RELAY), "local", "benchmarks",
                Capabilities.NONE, 0);
        return new PeerRecord(PeerId.of(key.publicKey()),
                List.of(Multiaddr.of("127.0.0.1", 10_000 + number)), profile, 1,
                Fixtures.NOW + Fixtures.DAY_MILLIS,
                ProofOfWork.solve(key.publicKey(), WORK_BITS, 0)).sign(Fixtures.NETWORK, key);
    }
}
