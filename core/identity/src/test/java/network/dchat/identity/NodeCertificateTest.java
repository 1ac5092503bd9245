package network.dchat.identity;

import static network.dchat.identity.Samples.DAY;
import static network.dchat.identity.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.RejectionCode;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeCertificateTest {
    private static final SigningKey NODE = Samples.key(70);
    private static final ByteString SEED = Samples.key(71).seed();

    @Test
    void provesThePeerThatMadeIt() throws GeneralSecurityException {
        NodeCertificate made = NodeCertificate.create(NODE, NOW - DAY, NOW + DAY, SEED);
        assertThat(verify(made.certificate()).toOptional()).contains(PeerId.of(NODE.publicKey()));
        var signer = java.security.Signature.getInstance("Ed25519");
        signer.initSign(made.privateKey());
        signer.update((byte) 1);
        byte[] signature = signer.sign();
        signer.initVerify(made.certificate().getPublicKey());
        signer.update((byte) 1);
        assertThat(signer.verify(signature)).isTrue();
        made.certificate().verify(made.certificate().getPublicKey());
        assertThat(made).asString().contains("privateKey=***");
    }

    @Test
    void isMadeFromItsSeedAlone() {
        NodeCertificate one = NodeCertificate.create(NODE, NOW, NOW + DAY, SEED);
        NodeCertificate two = NodeCertificate.create(NODE, NOW, NOW + DAY, SEED);
        NodeCertificate other = NodeCertificate.create(NODE, NOW, NOW + DAY,
                Samples.key(72).seed());
        assertThat(one.certificate()).isEqualTo(two.certificate())
                .isNotEqualTo(other.certificate());
        assertThatThrownBy(() -> NodeCertificate.create(NODE, NOW, NOW, SEED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answersTheVectorsOfTheSpecification() throws IOException, CertificateException {
        assertThat(verify(vector("ed25519")).toOptional())
                .contains(PeerId.of("12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv"));
        assertThat(code(verify(vector("ecdsa")))).isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(verify(vector("secp256k1")))).isEqualTo(RejectionCode.MALFORMED);
        assertThat(verify(vector("invalid")).refusal()).isPresent();
    }

    @Test
    void takesExactlyOneCertificate() {
        X509Certificate made = NodeCertificate.create(NODE, NOW, NOW + DAY, SEED).certificate();
        assertThat(code(NodeCertificate.verify(List.of(), NOW))).isEqualTo(RejectionCode.INVALID);
        assertThat(code(NodeCertificate.verify(List.of(made, made), NOW)))
                .isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void holdsFromItsBeginningToItsEnd() {
        X509Certificate made = NodeCertificate.create(NODE, NOW, NOW + DAY, SEED).certificate();
        assertThat(code(NodeCertificate.verify(List.of(made), NOW - 1)))
                .isEqualTo(RejectionCode.FUTURE_DATED);
        assertThat(NodeCertificate.verify(List.of(made), NOW).toOptional()).isPresent();
        assertThat(NodeCertificate.verify(List.of(made), NOW + DAY).toOptional()).isPresent();
        assertThat(code(NodeCertificate.verify(List.of(made), NOW + DAY + 1)))
                .isEqualTo(RejectionCode.EXPIRED);
    }

    @Test
    void takesOtherKeyTypesForTheCertificateItself()
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Forgery honest = new Forgery(p256(1));
        assertThat(verify(honest.make(honest.extension(NODE), false)).toOptional())
                .contains(PeerId.of(NODE.publicKey()));
        assertThat(verify(honest.make(honest.extension(NODE), true)).toOptional()).isPresent();
        assertThat(code(
                verify(honest.signedWith("SHA512withECDSA").make(honest.extension(NODE), false))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048, random(3));
        Forgery large = new Forgery(rsa.generateKeyPair()).signedWith("SHA256withRSA");
        assertThat(code(verify(large.make(large.extension(NODE), false))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void refusesAnExtensionThatProvesNothing()
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Forgery forger = new Forgery(p256(1));
        Forgery victim = new Forgery(p256(2));
        assertThat(code(verify(forger.make(null, false)))).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(verify(forger.make(victim.extension(NODE), false))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        ByteString good = forger.extension(NODE);
        assertThat(code(verify(forger.make(good.concat(Samples.hex("00")), false))))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(verify(forger.make(good.substring(0, good.size() - 1), false))))
                .isEqualTo(RejectionCode.MALFORMED);
        ByteString smallOrder = good.substring(0, 8).concat(Samples.hex("00".repeat(32)))
                .concat(good.substring(40));
        assertThat(code(verify(forger.make(smallOrder, false)))).isEqualTo(RejectionCode.MALFORMED);
    }

    @Test
    void refusesASignatureOfAnotherKey()
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair own = p256(1);
        Forgery forger = new Forgery(new KeyPair(own.getPublic(), p256(2).getPrivate()));
        assertThat(code(verify(forger.make(forger.extension(NODE), false))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void refusesWhatItDoesNotUnderstand()
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Forgery forger = new Forgery(p256(1));
        X509v3CertificateBuilder critical = forger.builder(forger.extension(NODE), false);
        critical.addExtension(new ASN1ObjectIdentifier("1.2.3.4.5"), true, new byte[]{5, 0});
        assertThat(code(verify(forger.sign(critical)))).isEqualTo(RejectionCode.INVALID);
        X509v3CertificateBuilder ignored = forger.builder(forger.extension(NODE), false);
        ignored.addExtension(new ASN1ObjectIdentifier("1.2.3.4.5"), false, new byte[]{5, 0});
        assertThat(verify(forger.sign(ignored)).toOptional()).isPresent();
        X509v3CertificateBuilder unique = forger.builder(forger.extension(NODE), false);
        unique.setSubjectUniqueID(new boolean[]{true});
        assertThat(code(verify(forger.sign(unique)))).isEqualTo(RejectionCode.INVALID);
        X509v3CertificateBuilder large = forger.builder(forger.extension(NODE), false);
        large.addExtension(new ASN1ObjectIdentifier("1.2.3.4.5"), false,
                new DERBitString(new byte[4096]));
        assertThat(code(verify(forger.sign(large)))).isEqualTo(RejectionCode.INVALID);
    }

    @Seeds(count = 300)
    void neverTakesADamagedCertificate(Generator generator) throws CertificateException {
        X509Certificate made = NodeCertificate.create(NODE, NOW - DAY, NOW + DAY, SEED)
                .certificate();
        ByteString bytes = ByteString.copyFrom(made.getEncoded());
        ByteString damaged = Samples.damaged(bytes, generator);
        read(damaged).filter(certificate -> !certificate.equals(made))
                .ifPresent(certificate -> assertThat(verify(certificate).refusal()).isPresent());
    }

    private static Optional<X509Certificate> read(ByteString bytes) {
        try {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (CertificateException malformed) {
            return Optional.empty();
        }
    }

    private static X509Certificate vector(String name) throws IOException {
        Properties vectors = new Properties();
        try (InputStream file = Objects.requireNonNull(
                NodeCertificateTest.class.getResourceAsStream("tls-vectors.properties"))) {
            vectors.load(file);
        }
        byte[] bytes = HexFormat.of().parseHex(vectors.getProperty(name));
        return read(ByteString.copyFrom(bytes)).orElseThrow();
    }

    private static KeyPair p256(int number) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random(number));
        return generator.generateKeyPair();
    }

    /// The one source of the JDK whose output follows from its seed.
    private static SecureRandom random(int number) throws GeneralSecurityException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(number);
        return random;
    }

    private static Verified<PeerId> verify(X509Certificate certificate) {
        return NodeCertificate.verify(List.of(certificate), NOW);
    }

    private static RejectionCode code(Verified<?> verified) {
        return verified.refusal().orElseThrow().code();
    }

    /// Makes certificates as a stranger could.
    private record Forgery(KeyPair keys, String algorithm) {
        Forgery(KeyPair keys) {
            this(keys, "SHA256withECDSA");
        }

        Forgery signedWith(String other) {
            return new Forgery(keys, other);
        }

        ByteString extension(SigningKey node) {
            return NodeCertificateCheck.signedKey(node,
                    ByteString.copyFrom(keys.getPublic().getEncoded()));
        }

        X509Certificate make(@Nullable ByteString extension, boolean critical)
                throws GeneralSecurityException, IOException, OperatorCreationException {
            return sign(builder(extension, critical));
        }

        X509v3CertificateBuilder builder(@Nullable ByteString extension, boolean critical)
                throws IOException {
            X500Name name = new X500Name("CN=forged");
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(name, BigInteger.ONE,
                    Date.from(Instant.ofEpochMilli(NOW - DAY)),
                    Date.from(Instant.ofEpochMilli(NOW + DAY)), name,
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            if (extension != null) {
                builder.addExtension(new ASN1ObjectIdentifier(NodeCertificateCheck.EXTENSION),
                        critical, extension.toByteArray());
            }
            return builder;
        }

        X509Certificate sign(X509v3CertificateBuilder builder)
                throws GeneralSecurityException, IOException, OperatorCreationException {
            byte[] encoded = builder.build(new JcaContentSignerBuilder(algorithm)
                    .setSecureRandom(random(4)).build(keys.getPrivate())).getEncoded();
            return read(ByteString.copyFrom(encoded)).orElseThrow();
        }
    }
}
