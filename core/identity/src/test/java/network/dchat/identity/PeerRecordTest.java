package network.dchat.identity;

import static network.dchat.identity.Samples.DAY;
import static network.dchat.identity.Samples.NETWORK;
import static network.dchat.identity.Samples.NOW;
import static network.dchat.identity.Samples.OTHER_NETWORK;
import static network.dchat.identity.Samples.WORK_BITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.NatType;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class PeerRecordTest {
    private static final SigningKey NODE = Samples.key(60);
    private static final PeerId PEER = PeerId.of(NODE.publicKey());
    private static final List<Multiaddr> ADDRESSES = List.of(Multiaddr.of("203.0.113.7:7080"),
            Multiaddr.of("[2001:db8::7]:7080").withPeerId(PEER));

    @Test
    void acceptsWhatTheNodeSigned() {
        PeerRecord record = Samples.peer(NODE, ADDRESSES);
        assertThat(verify(record.sign(NETWORK, NODE).signed()).toOptional()).contains(record);
        PeerRecord silent = new PeerRecord(PEER, List.of(),
                new NodeProfile(Set.of(), "", "", Capabilities.NONE, 0), 0, NOW + 1, 0);
        assertThat(PeerRecord.verify(silent.sign(NETWORK, NODE).signed(), NETWORK, NOW, 0)
                .toOptional()).contains(silent);
    }

    @Test
    void refusesAnotherNetworkAnExpiredOneAndALongLivedOne() {
        PeerRecord record = Samples.peer(NODE, ADDRESSES);
        SignedBytes signed = record.sign(NETWORK, NODE).signed();
        assertThat(code(PeerRecord.verify(signed, OTHER_NETWORK, NOW, WORK_BITS)))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(PeerRecord.verify(signed, NETWORK, NOW + DAY, WORK_BITS)))
                .isEqualTo(RejectionCode.EXPIRED);
        assertThat(PeerRecord.verify(signed, NETWORK, NOW + DAY - 1, WORK_BITS).toOptional())
                .isPresent();
        assertThat(code(PeerRecord.verify(signed, NETWORK, NOW - 2 * DAY, WORK_BITS)))
                .isEqualTo(RejectionCode.FUTURE_DATED);
    }

    @Test
    void refusesTooLittleWork() {
        PeerRecord record = Samples.peer(NODE, ADDRESSES);
        int shown = ProofOfWork.bits(NODE.publicKey(), record.workNonce());
        SignedBytes signed = record.sign(NETWORK, NODE).signed();
        assertThat(PeerRecord.verify(signed, NETWORK, NOW, shown).toOptional()).isPresent();
        assertThat(code(PeerRecord.verify(signed, NETWORK, NOW, shown + 1)))
                .isEqualTo(RejectionCode.PROOF_OF_WORK);
    }

    @Test
    void isToldInTheNarrowestScopeOfItsAddresses() {
        assertThat(Samples.peer(NODE, ADDRESSES).scope()).isEqualTo(AddressScope.PUBLIC);
        assertThat(Samples.peer(NODE, List.of()).scope()).isEqualTo(AddressScope.PUBLIC);
        assertThat(Samples
                .peer(NODE, List.of(Multiaddr.of("203.0.113.7:1"), Multiaddr.of("10.0.0.1:1")))
                .scope()).isEqualTo(AddressScope.PRIVATE);
        assertThat(
                Samples.peer(NODE, List.of(Multiaddr.of("10.0.0.1:1"), Multiaddr.of("127.0.0.1:1")))
                        .scope())
                .isEqualTo(AddressScope.LOOPBACK);
    }

    @Test
    void refusesAddressesThatCannotBeDialledOrNameAnotherNode() {
        for (String bad : List.of("0.0.0.0:1", "host:0", "/dnsaddr/example.org",
                "/ip4/8.8.8.8/udp/1",
                "/ip4/8.8.8.8/tcp/1/p2p/" + PeerId.of(Samples.key(61).publicKey()))) {
            assertThatThrownBy(() -> Samples.peer(NODE, List.of(Multiaddr.of(bad))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(code(verify(signed(body().addAddresses(Multiaddr.of(bad).toString())))))
                    .isEqualTo(RejectionCode.INVALID);
        }
    }

    @Test
    void takesSixteenAddressesOf128Characters() {
        List<Multiaddr> sixteen = IntStream.rangeClosed(1, 16)
                .mapToObj(port -> Multiaddr.of("203.0.113.7", port)).toList();
        assertThat(verify(Samples.peer(NODE, sixteen).sign(NETWORK, NODE).signed()).toOptional())
                .isPresent();
        assertThat(code(verify(signed(body().addAllAddresses(
                IntStream.rangeClosed(1, 17).mapToObj(port -> "203.0.113.7:" + port).toList())))))
                .isEqualTo(RejectionCode.INVALID);
        String name = "a".repeat(60) + "." + "b".repeat(55);
        assertThat("/dns/" + name + "b/tcp/1").hasSize(PeerRecord.MAXIMUM_ADDRESS_LENGTH);
        assertThat(verify(signed(body().addAddresses("/dns/" + name + "b/tcp/1"))).toOptional())
                .isPresent();
        assertThat(code(verify(signed(body().addAddresses("/dns/" + name + "bb/tcp/1")))))
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void leavesOutWhatLaterVersionsAdd() {
        PeerRecord read = verify(signed(body().addAddresses("/ip4/8.8.8.8/udp/1/new-thing/7")
                .addAddresses("/ip4/8.8.8.8/tcp/1").addRolesValue(99).addRoles(Role.RELAY)
                .addRoles(Role.RELAY))).orElseThrow();
        assertThat(read.addresses()).containsExactly(Multiaddr.of("8.8.8.8:1"));
        assertThat(read.profile().roles()).containsExactly(Role.RELAY);
    }

    @Test
    void boundsTheProfile() {
        assertThat(profile("r".repeat(32), "o".repeat(64), 65_535).httpPort()).isEqualTo(65_535);
        assertThatThrownBy(() -> profile("r".repeat(33), "", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile("", "o".repeat(65), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile("line\nbreak", "", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> profile("", "", 65_536))
                .hasMessage("http port: 65536 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new NodeProfile(EnumSet.of(Role.ROLE_UNSPECIFIED), "", "",
                Capabilities.NONE, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(false, false, NatType.OPEN, "no port", 0))
                .hasMessage("turn address: no port (expected: host:port or nothing)");
        assertThatThrownBy(() -> new Capabilities(false, false, NatType.OPEN, "", -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(code(verify(signed(body().addAllRoles(List.of(Role.RELAY, Role.RELAY, Role.RELAY,
                Role.RELAY, Role.RELAY, Role.RELAY, Role.RELAY))))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(code(verify(signed(body().setSequence(-1))))).isEqualTo(RejectionCode.INVALID);
        assertThat(code(verify(signed(body().setHttpPort(-1))))).isEqualTo(RejectionCode.INVALID);
    }

    @Seeds(count = 60)
    void neverThrowsOnDamage(Generator generator) {
        SignedBytes good = Samples.peer(NODE, ADDRESSES).sign(NETWORK, NODE).signed();
        SignedBytes bad = Samples.damaged(good, generator);
        assertThat(verify(bad).toOptional().isPresent()).isEqualTo(bad.equals(good));
        for (int round = 0; round < 10; round++) {
            ByteString body = Samples.damaged(good.getBody(), generator);
            verify(Samples.signed(SignatureKind.PEER_RECORD, body, NODE)).toOptional().ifPresent(
                    record -> assertThat(verify(record.sign(NETWORK, NODE).signed()).toOptional())
                            .contains(record));
        }
    }

    private static NodeProfile profile(String region, String operator, int httpPort) {
        return new NodeProfile(Set.of(Role.RELAY), region, operator, Capabilities.NONE, httpPort);
    }

    private static network.dchat.wire.v1.PeerRecord.Builder body() {
        return network.dchat.wire.v1.PeerRecord.newBuilder().setExpiresAt(NOW + DAY)
                .setWorkNonce(ProofOfWork.solve(NODE.publicKey(), WORK_BITS, 0));
    }

    private static SignedBytes signed(network.dchat.wire.v1.PeerRecord.Builder body) {
        return Samples.signed(SignatureKind.PEER_RECORD, body.build().toByteString(), NODE);
    }

    private static Verified<PeerRecord> verify(SignedBytes signed) {
        return PeerRecord.verify(signed, NETWORK, NOW, WORK_BITS);
    }

    private static RejectionCode code(Verified<?> verified) {
        return verified.refusal().orElseThrow().code();
    }
}
