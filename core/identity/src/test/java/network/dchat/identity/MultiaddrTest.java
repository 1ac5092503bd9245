package network.dchat.identity;

import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
    private static final String PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
    private static final String OLD_PEER = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";

    @ParameterizedTest
    @CsvSource({"/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
            "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
            "/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321, 047f000001910204d2047f0000010610e1",
            "/ip6/2001:8a0:7ac5:4201:3ac9:86ff:fe31:7095/tcp/8000, "
                    + "29200108a07ac542013ac986fffe317095061f40",
            "/ip4/127.0.0.1/tcp/9090/p2p-circuit/p2p/" + OLD_PEER + ", "
                    + "047f000001062382a202a503221220d52ebb89d85b02a284948203a62ff28389c57c9f42"
                    + "beec4ec20db76a68911c0b",
            "/ip4/127.0.0.1/tcp/8080/ws, 047f000001061f90dd03",
            "/dns4/example.org/tcp/443/wss, 360b6578616d706c652e6f72670601bbde03"})
    void readsAndWritesPublishedBinaryForms(String text, String binary) {
        assertThat(Multiaddr.of(text).toBytes()).isEqualTo(hex(binary));
        assertThat(Multiaddr.parse(hex(binary))).hasToString("Optional[" + text + "]");
    }

    @ParameterizedTest
    @CsvSource({"/ip4/203.0.113.7/tcp/9000, 203.0.113.7, 9000, PUBLIC",
            "/ip6/2001:DB8::1/tcp/9000, 2001:db8::1, 9000, PUBLIC",
            "/dns/Node.Example.ORG/tcp/7070, node.example.org, 7070, PUBLIC",
            "/dns4/localhost/tcp/7070, localhost, 7070, LOOPBACK",
            "/dns6/relay-0/tcp/7070, relay-0, 7070, PRIVATE",
            "/dns/relay-0.svc.cluster.local/tcp/1, relay-0.svc.cluster.local, 1, PRIVATE",
            "/ip4/10.1.2.3/udp/9, 10.1.2.3, 9, PRIVATE",
            "/dnsaddr/bootstrap.example.org, bootstrap.example.org, 0, PUBLIC",
            "127.0.0.1:7070, 127.0.0.1, 7070, LOOPBACK", "[::1]:7070, ::1, 7070, LOOPBACK",
            "relay.example.org:80, relay.example.org, 80, PUBLIC"})
    void showsHostPortAndScope(String text, String host, int port, AddressScope scope) {
        Multiaddr address = Multiaddr.of(text);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.scope()).isEqualTo(scope);
        assertThat(Multiaddr.of(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "/ip4", "/ip4/", "/ip4/1.2.3", "/ip4/1.2.3.4.5",
            "/ip4/256.1.1.1", "/ip4/01.2.3.4", "/ip4/1.2.3.4/", "/ip4/1.2.3.4/tcp",
            "/ip4/1.2.3.4/tcp/", "/ip4/1.2.3.4/tcp/65536", "/ip4/1.2.3.4/tcp/-1",
            "/ip4/1.2.3.4/tcp/080", "/ip4/1.2.3.4/tcp/8o", "/tcp/80", "/p2p/" + PEER,
            "/ip4/1.2.3.4/bogus/1", "/ip6/::1%lo/tcp/1", "/ip6/1::2::3/tcp/1", "/ip6/:::/tcp/1",
            "/ip6/1:2:3:4:5:6:7/tcp/1", "/ip6/1:2:3:4:5:6:7:8:9/tcp/1", "/ip6/12345::/tcp/1",
            "/ip6/1:2:3:4:5:6:7::8/tcp/1", "/ip6/:1::/tcp/1", "/dns/a..b/tcp/1", "/dns/-é/tcp/1",
            "/dns/1.2.3.4/tcp/1", "/dns//tcp/1", "host", ":80", "host:", "host:99999", "::1:80",
            "[::1]", "[::1:80", "a b:80", "http://host:80", "/ip4/1.2.3.4/p2p/abc",
            "/ip4/1.2.3.4/p2p/1", "host:80/path"})
    void refusesWhatIsNoAddress(String text) {
        assertThat(Multiaddr.parse(text)).isEmpty();
        assertThatThrownBy(() -> Multiaddr.of(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("address: ").hasMessageContaining("(expected: ");
    }

    @Test
    void carriesThePeerAtItsEnd() {
        PeerId peer = PeerId.of(PEER);
        Multiaddr plain = Multiaddr.of("10.0.0.1:80");
        Multiaddr named = plain.withPeerId(peer);
        assertThat(named).hasToString("/ip4/10.0.0.1/tcp/80/p2p/" + PEER);
        assertThat(named.peerId()).contains(peer);
        assertThat(named.withPeerId(peer)).isEqualTo(named);
        assertThat(named.withoutPeerId()).isEqualTo(plain);
        assertThat(plain.peerId()).isEmpty();
        assertThat(Multiaddr.of("/ip4/10.0.0.1/tcp/80/ipfs/" + PEER)).isEqualTo(named);
        Multiaddr circuit = Multiaddr
                .of("/ip4/10.0.0.1/tcp/80/p2p/" + OLD_PEER + "/p2p-circuit/p2p/" + PEER);
        assertThat(circuit.peerId()).contains(peer);
        assertThat(circuit.isDialable()).isFalse();
        assertThat(Multiaddr.of("/ip4/10.0.0.1/tcp/80/p2p/" + OLD_PEER).peerId()).isEmpty();
    }

    @Test
    void tellsWhatCanBeDialled() {
        for (String good : List.of("127.0.0.1:1", "[::1]:1", "host:1", "8.8.8.8:65535")) {
            assertThat(Multiaddr.of(good).isDialable()).as(good).isTrue();
        }
        for (String bad : List.of("0.0.0.0:1", "[::]:1", "host:0", "224.0.0.1:1", "[ff02::1]:1",
                "255.255.255.255:1", "/ip4/8.8.8.8/udp/1", "/ip4/8.8.8.8", "/dnsaddr/a.org/tcp/1",
                "[::ffff:0.0.0.0]:1")) {
            assertThat(Multiaddr.of(bad).isDialable()).as(bad).isFalse();
        }
    }

    @Test
    void readsTheScopeOffTheAddress() {
        Map<AddressScope, List<String>> hosts = Map.of(AddressScope.LOOPBACK,
                List.of("127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "a.localhost"),
                AddressScope.PRIVATE,
                List.of("10.0.0.0", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1",
                        "100.64.0.1", "100.127.255.255", "fd00::1", "fc00::1", "fe80::1", "febf::1",
                        "::ffff:10.0.0.1", "nas.lan", "x.internal", "x.home.arpa"),
                AddressScope.PUBLIC,
                List.of("172.15.255.255", "172.32.0.0", "192.169.0.1", "100.63.255.255",
                        "100.128.0.0", "11.0.0.1", "126.255.255.255", "2606:4700::1", "fec0::1",
                        "::ffff:8.8.8.8", "::2", "a.example"));
        hosts.forEach((scope, all) -> all.forEach(
                host -> assertThat(Multiaddr.of(host, 1).scope()).as(host).isEqualTo(scope)));
    }

    @Test
    void isToldWithinItsScopeOnly() {
        assertThat(listenersOf(AddressScope.PUBLIC)).containsExactly(AddressScope.values());
        assertThat(listenersOf(AddressScope.PRIVATE)).containsExactly(AddressScope.LOOPBACK,
                AddressScope.PRIVATE);
        assertThat(listenersOf(AddressScope.LOOPBACK)).containsExactly(AddressScope.LOOPBACK);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", "2001:0db8::0001, 2001:db8::1",
            "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", "0:0:0:0:0:0:0:0, ::", "::1, ::1",
            "1::, 1::", "0:0:1::, 0:0:1::", "::ffff:1.2.3.4, ::ffff:1.2.3.4",
            "::ffff:0102:0304, ::ffff:1.2.3.4", "64:ff9b::1.2.3.4, 64:ff9b::102:304",
            "1:0:0:2:0:0:0:3, 1:0:0:2::3"})
    void writesIpv6LikeRfc5952(String text, String canonical) {
        assertThat(IpAddress.parseV6(text)).hasToString("Optional[" + canonical + "]");
    }

    @Seeds(count = 200)
    void agreesWithTheJdkOnIpAddresses(Generator generator) throws UnknownHostException {
        byte[] bytes = generator.bytes(generator.chance(0.5) ? 4 : 16);
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = generator.chance(0.6) ? 0 : bytes[index];
        }
        IpAddress address = new IpAddress(ByteString.copyFrom(bytes));
        String text = address.toString();
        assertThat(address.isV4() ? IpAddress.parseV4(text) : IpAddress.parseV6(text))
                .contains(address);
        assertThat(InetAddress.ofLiteral(text)).isEqualTo(InetAddress.getByAddress(bytes));
    }

    @Seeds(count = 200)
    void returnsFromTextAndBinary(Generator generator) {
        List<Multiaddr.Part> parts = new ArrayList<>();
        parts.add(part(generator, generator.pick(List.of(MultiaddrProtocol.IP4,
                MultiaddrProtocol.IP6, MultiaddrProtocol.DNS, MultiaddrProtocol.DNSADDR))));
        int more = generator.between(0, Multiaddr.MAXIMUM_PARTS - 1);
        for (int index = 0; index < more; index++) {
            parts.add(part(generator, generator.pick(List.of(MultiaddrProtocol.values()))));
        }
        Multiaddr address = new Multiaddr(parts);
        Optional<Multiaddr> read = address.toString().length() <= Multiaddr.MAXIMUM_LENGTH
                ? Multiaddr.parse(address.toString())
                : Optional.of(address);
        assertThat(read).contains(address);
        assertThat(Multiaddr.parse(address.toBytes())).contains(address);
        for (int round = 0; round < 10; round++) {
            ByteString damaged = Samples.damaged(address.toBytes(), generator);
            Multiaddr.parse(damaged).ifPresent(MultiaddrTest::requireRoundTrip);
            Multiaddr.parse(Samples.damaged(ByteString.copyFromUtf8(address.toString()), generator)
                    .toStringUtf8()).ifPresent(MultiaddrTest::requireRoundTrip);
            Multiaddr.parse(ByteString.copyFrom(generator.bytes(0, 40)))
                    .ifPresent(MultiaddrTest::requireRoundTrip);
        }
    }

    @Test
    void boundsLengthAndParts() {
        String eight = "/ip4/1.2.3.4" + "/ws".repeat(7);
        assertThat(Multiaddr.parse(eight)).isPresent();
        assertThat(Multiaddr.parse(eight + "/ws")).isEmpty();
        ByteString nine = Multiaddr.of(eight).toBytes().concat(hex("dd03"));
        assertThat(Multiaddr.parse(nine)).isEmpty();
        String name = "a".repeat(63);
        String longest = name + "." + name + "." + name + "." + "b".repeat(61);
        assertThat(Multiaddr.parse("/dns/" + longest)).isPresent();
        assertThat(Multiaddr.parse("/dns/" + longest + "b")).isEmpty();
        assertThat(Multiaddr.parse("/dns/" + "a".repeat(64))).isEmpty();
        assertThat(Multiaddr.parse(ByteString.copyFrom(new byte[513]))).isEmpty();
        assertThatThrownBy(() -> new Multiaddr(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Multiaddr.Part(MultiaddrProtocol.TCP, "080"))
                .hasMessage("tcp: 080 (expected: a canonical value)");
    }

    private static Stream<AddressScope> listenersOf(AddressScope address) {
        return Stream.of(AddressScope.values()).filter(address::mayBeToldTo);
    }

    private static Multiaddr.Part part(Generator generator, MultiaddrProtocol protocol) {
        String value = switch (protocol) {
            case IP4 -> new IpAddress(ByteString.copyFrom(generator.bytes(4))).toString();
            case IP6 -> new IpAddress(ByteString.copyFrom(generator.bytes(16))).toString();
            case TCP, UDP -> Integer.toString(generator.between(0, 65_535));
            case DNS, DNS4, DNS6, DNSADDR -> generator.letters(1, 63) + ".example";
            case P2P -> generator.chance(0.5) ? PEER : OLD_PEER;
            case P2P_CIRCUIT, TLS, QUIC_V1, WS, WSS -> "";
        };
        return new Multiaddr.Part(protocol, value);
    }

    private static void requireRoundTrip(Multiaddr address) {
        assertThat(Multiaddr.parse(address.toBytes())).contains(address);
        if (address.toString().length() <= Multiaddr.MAXIMUM_LENGTH) {
            assertThat(Multiaddr.parse(address.toString())).contains(address);
        }
    }
}
