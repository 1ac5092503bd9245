package network.dchat.identity;

import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Ed25519Test {
    private static final BigInteger GROUP_ORDER = BigInteger.TWO.pow(252)
            .add(new BigInteger("27742317777372353535851937790883648493"));
    private static final Pattern VECTOR = Pattern
            .compile("\"message\": \"(\\p{XDigit}*)\",\\s*\"publicKey\": \"(\\p{XDigit}*)\","
                    + "\\s*\"signature\": \"(\\p{XDigit}*)\",\\s*\"accept\": (true|false)");

    static Stream<Engine> engines() {
        return Stream.concat(AccpEngine.load().stream(), Stream.of(new TinkEngine()));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void passesItsSelfTest(Engine engine) {
        assertThatCode(() -> Ed25519SelfTest.require(engine)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void answersThePublishedEdgeCases(Engine engine) throws IOException {
        Matcher cases = VECTOR.matcher(vectors());
        int count = 0;
        while (cases.find()) {
            assertThat(engine.verify(hex(cases.group(2)), hex(cases.group(1)), hex(cases.group(3))))
                    .as("case %s", count).isEqualTo(Boolean.parseBoolean(cases.group(4)));
            count++;
        }
        assertThat(count).isEqualTo(12);
    }

    /// RFC 8032 section 7.1, tests 1 to 3.
    @ParameterizedTest
    @MethodSource("engines")
    void signsThePublishedMessages(Engine engine) {
        requireSigned(engine, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        requireSigned(engine, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        requireSigned(engine, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    }

    @Test
    void usesTheNativeEngineWhereItLoads() {
        String expected = AccpEngine.load().isPresent() ? "accp" : "tink";
        assertThat(Ed25519.engineName()).isEqualTo(expected);
    }

    @Test
    void leavesTheProvidersOfTheProcessAlone() {
        assertThat(Ed25519.engineName()).isNotEmpty();
        assertThat(Security.getProvider("AmazonCorrettoCryptoProvider")).isNull();
    }

    @Test
    void fallsBackToJavaWithoutTheNativeLibrary() {
        assertThat(Ed25519.choose(Optional.empty(), new TinkEngine())).isInstanceOfSatisfying(
                Ed25519.Choice.Usable.class,
                usable -> assertThat(usable.engine().name()).isEqualTo("tink"));
    }

    @Test
    void refusesAnEngineThatDisagrees() {
        for (int wrong = 0; wrong < 12; wrong++) {
            Engine liar = new WrongOnce(new TinkEngine(), wrong);
            assertThat(Ed25519.choose(Optional.of(liar), new TinkEngine()))
                    .isInstanceOf(Ed25519.Choice.Refused.class).asString()
                    .startsWith("Ed25519 engine wrong: edge case " + wrong + " ");
            Engine again = new WrongOnce(new TinkEngine(), wrong);
            assertThatThrownBy(() -> Ed25519SelfTest.require(again))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Seeds(count = 60)
    void allEnginesAgreeOnGoodAndOddSignatures(Generator generator) {
        List<Engine> engines = engines().toList();
        ByteString seed = ByteString.copyFrom(generator.bytes(32));
        ByteString message = ByteString.copyFrom(generator.bytes(0, 300));
        ByteString publicKey = SigningKey.fromSeed(seed).publicKey().bytes();
        ByteString signature = new TinkEngine().signer(seed).sign(message);
        for (Engine engine : engines) {
            assertThat(engine.signer(seed).sign(message)).isEqualTo(signature);
            assertThat(engine.verify(publicKey, message, signature)).isTrue();
            assertThat(engine.verify(publicKey, message, withLargeScalar(signature))).isFalse();
        }
        for (int round = 0; round < 10; round++) {
            ByteString oddKey = odd(publicKey, generator);
            ByteString oddSignature = odd(signature, generator);
            ByteString oddMessage = odd(message, generator);
            assertThat(engines.stream()
                    .map(engine -> engine.verify(oddKey, oddMessage, oddSignature)).distinct())
                    .as("%s %s %s", Octets.hex(oddKey), Octets.hex(oddMessage),
                            Octets.hex(oddSignature))
                    .hasSize(1);
        }
    }

    /// Keys whose encoding is not canonical are left out: here engines do differ, which is why
    /// [PublicKey] refuses them.
    @Seeds(count = 30)
    void allEnginesAgreeOnForgeriesOfSmallOrder(Generator generator) {
        List<ByteString> keys = List.of(hex("00".repeat(32)), hex("01" + "00".repeat(31)),
                hex("00".repeat(31) + "80"), hex("ec" + "ff".repeat(30) + "7f"),
                hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
                hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
                hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"));
        List<ByteString> oddPoints = List.of(hex("01" + "00".repeat(30) + "80"),
                hex("ed" + "ff".repeat(30) + "7f"), hex("ee" + "ff".repeat(30) + "7f"),
                hex("ed" + "ff".repeat(31)), hex("ee" + "ff".repeat(31)),
                hex("ec" + "ff".repeat(31)), hex("ff".repeat(32)));
        ByteString message = ByteString.copyFrom(generator.bytes(0, 40));
        ByteString zero = hex("00".repeat(32));
        for (ByteString key : keys) {
            Stream.concat(keys.stream(), oddPoints.stream()).forEach(point -> assertThat(engines()
                    .map(engine -> engine.verify(key, message, point.concat(zero))).distinct())
                    .as("%s %s %s", Octets.hex(key), Octets.hex(point), Octets.hex(message))
                    .hasSize(1));
        }
    }

    @Test
    void answersABatchInItsOrder() {
        SigningKey key = Samples.key(1);
        ByteString message = hex("0102");
        Signature good = key.sign(message);
        assertThat(Ed25519.verifyAll(List.of(new Ed25519.Check(key.publicKey(), message, good),
                new Ed25519.Check(Samples.key(2).publicKey(), message, good),
                new Ed25519.Check(key.publicKey(), hex("0103"), good),
                new Ed25519.Check(key.publicKey(), message, good))))
                .containsExactly(true, false, false, true);
        assertThat(Ed25519.verifyAll(List.of())).isEmpty();
    }

    @Test
    void neverShowsASeed() {
        SigningKey key = Samples.key(1);
        assertThat(key).hasToString("***");
        assertThat(key).isEqualTo(SigningKey.fromSeed(key.seed()))
                .hasSameHashCodeAs(SigningKey.fromSeed(key.seed()));
        assertThatThrownBy(() -> SigningKey.fromSeed(hex("00")))
                .hasMessage("seed: 1 bytes (expected: 32 bytes)");
    }

    private static void requireSigned(Engine engine, String seed, String publicKey, String message,
            String signature) {
        assertThat(SigningKey.fromSeed(hex(seed)).publicKey().hex()).isEqualTo(publicKey);
        assertThat(engine.signer(hex(seed)).sign(hex(message))).isEqualTo(hex(signature));
        assertThat(engine.verify(hex(publicKey), hex(message), hex(signature))).isTrue();
    }

    /// The same signature with S + L for S, which RFC 8032 refuses.
    private static ByteString withLargeScalar(ByteString signature) {
        byte[] scalar = signature.substring(32).toByteArray();
        BigInteger value = BigInteger.ZERO;
        for (int index = 31; index >= 0; index--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(scalar[index] & 0xff));
        }
        value = value.add(GROUP_ORDER);
        for (int index = 0; index < 32; index++) {
            scalar[index] = value.shiftRight(8 * index).byteValue();
        }
        return signature.substring(0, 32).concat(ByteString.copyFrom(scalar));
    }

    private static ByteString odd(ByteString bytes, Generator generator) {
        return switch (generator.evenly(0, 3)) {
            case 0 -> bytes;
            case 1 -> ByteString.copyFrom(generator.bytes(bytes.size()));
            default -> Samples.damaged(bytes, generator);
        };
    }

    private static String vectors() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path file = folder.resolve("shared/vectors/ed25519/edge-cases.json");
            if (Files.exists(file)) {
                return Files.readString(file);
            }
            folder = folder.getParent();
        }
        Assumptions.abort("no shared vectors beside this checkout");
        return "";
    }

    /// An engine that gives one wrong answer.
    private static final class WrongOnce implements Engine {
        private final Engine engine;
        private int remaining;

        WrongOnce(Engine engine, int number) {
            this.engine = engine;
            this.remaining = number;
        }

        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public boolean verify(ByteString publicKey, ByteString message, ByteString signature) {
            return engine.verify(publicKey, message, signature) ^ (remaining-- == 0);
        }

        @Override
        public Signer signer(ByteString seed) {
            return engine.signer(seed);
        }
    }
}
