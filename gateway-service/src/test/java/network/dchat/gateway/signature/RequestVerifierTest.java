package network.dchat.gateway.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import network.dchat.identity.Ed25519;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Signature;
import network.dchat.identity.Verified;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.surrogate.User;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class RequestVerifierTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final PublicKey DEVICE = new PublicKey(
            decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="));

    @Test
    void theBaseIsThatOfTheExampleInRfc9421AppendixB26() {
        SignedRequest request = new SignedRequest("POST",
                URI.create("https://example.com/foo?param=Value&Pet=dog"),
                Map.of("Host", List.of("example.com"), "Date",
                        List.of("Tue, 20 Apr 2021 02:07:55 GMT"), "Content-Type",
                        List.of("application/json"), "Content-Length", List.of("18")),
                ByteString.EMPTY);
        String parameters = "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\""
                + " \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
        ByteString base = SignatureBase.of(request,
                StructuredFields.innerList("sig=" + parameters).orElseThrow().items(), parameters)
                .orElseThrow();
        Signature signature = new Signature(
                decode("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u"
                        + "02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="));
        assertThat(Ed25519.verify(DEVICE, base, signature)).isTrue();
    }

    @Test
    void theAuthorityIsInLowerCaseWithoutTheSchemesOwnPort() {
        assertThat(authority("http://a/", "EXAMPLE.com:80")).isEqualTo("example.com");
        assertThat(authority("https://a/", "example.com:443")).isEqualTo("example.com");
        assertThat(authority("https://a/", "example.com:80")).isEqualTo("example.com:80");
        assertThat(authority("http://a/", "example.com:8080")).isEqualTo("example.com:8080");
    }

    @Test
    void onlyCanonicalFieldsAreRead() {
        assertThat(StructuredFields.innerList("sig=(\"a\" \"b\");created=1;nonce=\"n\""))
                .hasValueSatisfying(list -> {
                    assertThat(list.items()).containsExactly("a", "b");
                    assertThat(list.parameters()).containsEntry("created", "1")
                            .containsEntry("nonce", "n");
                    assertThat(list.raw()).isEqualTo("(\"a\" \"b\");created=1;nonce=\"n\"");
                });
        for (String wrong : List.of("", "sig", "sig=", "sig=(", "sig=()x", "sig=(\"a\"  \"b\")",
                "sig=(\"a\";sf)", "sig=(a)", "sig=(\"a\");x", "sig=(\"a\");x=1;x=2",
                "sig=(\"a\"), other=(\"b\")", "sig=(\"a\\\"\")", "sig=(\"a\");c=-1",
                "sig=(" + "\"a\" ".repeat(17) + ")", "x".repeat(5000))) {
            assertThat(StructuredFields.innerList(wrong)).as(wrong).isEmpty();
        }
        assertThat(StructuredFields.bytes("sig=:YQ==:")).isPresent();
        for (String wrong : List.of("", "sig=", "sig=::x", "sig=:YQ==", "sig=:YQ==:, b=:YQ==:")) {
            assertThat(StructuredFields.bytes(wrong)).as(wrong).isEmpty();
        }
    }

    @Seeds(count = 200)
    void garbageIsRefusedQuietly(Generator generator) {
        String text = new String(generator.bytes(0, 60), StandardCharsets.UTF_8);
        assertThat(StructuredFields.innerList(text)).isEmpty();
        assertThat(StructuredFields.innerList("sig=(\"" + text)).isEmpty();
    }

    @Test
    void aDigestCountsWhateverStandsBesideIt() {
        ByteString body = ByteString.copyFromUtf8("{\"hello\": \"world\"}");
        assertThat(ContentDigest.of(body))
                .isEqualTo("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
        assertThat(ContentDigest.matches("sha-512=:AA==:, " + ContentDigest.of(body), body))
                .isTrue();
        assertThat(ContentDigest.matches("sha-512=:AA==:", body)).isFalse();
        assertThat(ContentDigest.matches(ContentDigest.of(body), ByteString.EMPTY)).isFalse();
    }

    @Test
    void noncesAreRememberedUpToTheLimitAndForgottenInTime() {
        NonceCache nonces = new NonceCache(2, 100);
        assertThat(nonces.remember(DEVICE, "a", 0)).isEqualTo(NonceCache.Outcome.FRESH);
        assertThat(nonces.remember(DEVICE, "a", 100)).isEqualTo(NonceCache.Outcome.REPLAYED);
        PublicKey other = new User("x", NetworkId.of(User.hash("n").hex()), 0).device().publicKey();
        assertThat(nonces.remember(other, "a", 100)).isEqualTo(NonceCache.Outcome.FRESH);
        assertThat(nonces.remember(DEVICE, "b", 100)).isEqualTo(NonceCache.Outcome.FULL);
        assertThat(nonces.remember(DEVICE, "b", 101)).isEqualTo(NonceCache.Outcome.FRESH);
        assertThat(nonces.remember(DEVICE, "a", 300)).isEqualTo(NonceCache.Outcome.FRESH);
    }

    @Test
    void whoIsOverTheirRateFillsNoMemoryAndAReplayCostsNobodyTheirs() {
        NetworkId network = NetworkId.of(User.hash("n").hex());
        User user = new User("x", network, NOW);
        RequestVerifier verifier = new RequestVerifier(network, Duration.ofSeconds(60), 1);
        AtomicInteger asked = new AtomicInteger();
        Function<Caller, Verified<Caller>> over = _ -> Verified.rejected(RejectionCode.RATE_LIMITED,
                "requests: over 1 a second");
        for (int index = 0; index < 3; index++) {
            assertThat(verifier.verify(request(user, "over-the-rate-of-one-" + index), NOW, over)
                    .refusal().orElseThrow().code()).isEqualTo(RejectionCode.RATE_LIMITED);
        }
        Function<Caller, Verified<Caller>> counted = caller -> {
            asked.incrementAndGet();
            return Verified.accepted(caller);
        };
        SignedRequest good = request(user, "within-the-rate-1");
        assertThat(verifier.verify(good, NOW, counted).refusal()).isEmpty();
        assertThat(verifier.verify(good, NOW, counted).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.REPLAYED);
        assertThat(asked).hasValue(1);
        assertThat(verifier.verify(request(user, "within-the-rate-2"), NOW, counted).refusal()
                .orElseThrow().code()).as("one more than is remembered")
                .isEqualTo(RejectionCode.OVERLOADED);
    }

    private static SignedRequest request(User user, String nonce) {
        String parameters = "(\"" + String.join("\" \"", RequestVerifier.REQUIRED) + "\");created="
                + user.now() / 1000 + ";nonce=\"" + nonce + "\";tag=\""
                + RequestVerifier.tag(user.network()) + "\"";
        Map<String, List<String>> headers = new HashMap<>(Map.of("host", List.of("example.com"),
                "x-wallet-address", List.of(user.address().toString()), "x-device-certificate",
                List.of(Base64.getEncoder()
                        .encodeToString(user.certificate().signed().toByteArray()))));
        URI target = URI.create("https://example.com/api/events");
        ByteString base = SignatureBase
                .of(new SignedRequest("GET", target, headers, ByteString.EMPTY),
                        RequestVerifier.REQUIRED, parameters)
                .orElseThrow();
        headers.put("signature-input", List.of("sig=" + parameters));
        headers.put("signature", List.of("sig=:"
                + Base64.getEncoder().encodeToString(user.device().sign(base).bytes().toByteArray())
                + ":"));
        return new SignedRequest("GET", target, headers, ByteString.EMPTY);
    }

    private static String authority(String target, String host) {
        return new SignedRequest("GET", URI.create(target), Map.of("host", List.of(host)),
                ByteString.EMPTY).component("@authority").orElseThrow();
    }

    private static ByteString decode(String base64) {
        return ByteString.copyFrom(Base64.getDecoder().decode(base64));
    }
}
