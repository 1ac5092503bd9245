package network.dchat.identity;

import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Locale;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class PeerIdTest {
    /// The Ed25519 key of the libp2p peer id specification.
    private static final String SEED = "7e0830617c4a7de83925dfb2694556b1"
            + "2936c477a0e1feb2e148ec9da60fee7d";
    private static final String ENCODED_KEY = "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3"
            + "b34b871c3cacf6010f0e42d474fce27e";
    private static final String TEXT = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

    @Test
    void namesTheKeyOfTheSpecification() {
        PeerId id = PeerId.of(SigningKey.fromSeed(hex(SEED)).publicKey());
        assertThat(id).hasToString(TEXT);
        assertThat(id.toBytes()).isEqualTo(hex("0024" + ENCODED_KEY));
        assertThat(id.shortName()).isEqualTo("Umo7R3pq");
        assertThat(id.dhtKey()).isEqualTo(Sha256.of(id.toBytes()));
        assertThat(PeerId.of(TEXT)).isEqualTo(id);
    }

    @Test
    void refusesIdsOfOtherKeys() {
        assertThat(PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")).isEmpty();
        assertThat(PeerId.parse("16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs")).isEmpty();
        assertThat(PeerId.parse("")).isEmpty();
        assertThat(PeerId.parse(hex("002408011220" + "01" + "00".repeat(31)))).isEmpty();
        assertThatThrownBy(() -> PeerId.of("me")).hasMessage("peer id: me (expected: 12D3KooW…)");
    }

    @Seeds(count = 50)
    void returnsFromTextAndBytes(Generator generator) {
        PeerId id = PeerId.of(Samples.key(generator).publicKey());
        assertThat(id.toString()).startsWith("12D3KooW").hasSize(52);
        assertThat(PeerId.parse(id.toString())).contains(id);
        assertThat(PeerId.parse(id.toBytes())).contains(id);
        ByteString damaged = Samples.damaged(id.toBytes(), generator);
        PeerId.parse(damaged).ifPresent(other -> assertThat(other.toBytes()).isEqualTo(damaged));
        PeerId.parse(Base58.encode(damaged))
                .ifPresent(other -> assertThat(other.toBytes()).isEqualTo(damaged));
    }

    @Test
    void writesPublishedBase58() {
        assertThat(Base58.encode(ByteString.copyFromUtf8("Hello World!")))
                .isEqualTo("2NEpo7TZRRrLZSi2U");
        assertThat(Base58
                .encode(ByteString.copyFromUtf8("The quick brown fox jumps over the lazy dog.")))
                .isEqualTo("USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z");
        assertThat(Base58.encode(hex("0000287fb4cd"))).isEqualTo("11233QC4");
        assertThat(Base58.decode("11233QC4")).contains(hex("0000287fb4cd"));
        assertThat(Base58.encode(ByteString.EMPTY)).isEmpty();
        assertThat(Base58.decode("")).contains(ByteString.EMPTY);
    }

    @Test
    void readsBase58UpToItsLimit() {
        assertThat(Base58.decode("1".repeat(Base58.MAXIMUM_TEXT))).isPresent();
        assertThat(Base58.decode("1".repeat(Base58.MAXIMUM_TEXT + 1))).isEmpty();
        for (String bad : new String[]{"0", "O", "I", "l", "é", "a b", "\u0100"}) {
            assertThat(Base58.decode(bad)).isEmpty();
        }
    }

    @Seeds(count = 100)
    void returnsEveryByteStringFromBase58(Generator generator) {
        byte[] bytes = generator.bytes(0, 90);
        Arrays.fill(bytes, 0, generator.evenly(0, bytes.length / 2), (byte) 0);
        ByteString original = ByteString.copyFrom(bytes);
        assertThat(Base58.decode(Base58.encode(original))).contains(original);
    }

    @Test
    void derivesWalletAddresses() {
        PublicKey key = Samples.key(1).publicKey();
        WalletAddress address = WalletAddress.of(key);
        assertThat(address.bytes()).isEqualTo(Sha256.of(key.bytes()).bytes().substring(0, 20));
        assertThat(address.toString()).matches("0x[0-9a-f]{40}");
        assertThat(WalletAddress.of(address.toString())).isEqualTo(address);
        assertThat(WalletAddress
                .parse("0x" + address.toString().substring(2).toUpperCase(Locale.ROOT)))
                .contains(address);
        for (String bad : new String[]{"", "0x", address + "0", address.toString().substring(1),
                "0x" + "g".repeat(40), "0X" + "0".repeat(40)}) {
            assertThat(WalletAddress.parse(bad)).as(bad).isEmpty();
        }
        assertThat(WalletAddress.parse(hex("00".repeat(19)))).isEmpty();
        assertThat(WalletAddress.parse(hex("00".repeat(21)))).isEmpty();
        assertThatThrownBy(() -> WalletAddress.of("me"))
                .hasMessage("wallet address: me (expected: 0x and 40 hex digits)");
    }
}
