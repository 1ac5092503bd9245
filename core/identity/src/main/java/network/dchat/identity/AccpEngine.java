package network.dchat.identity;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Ed25519 by Amazon Corretto Crypto Provider: native code, where its library loads.
///
/// The provider is used as an object and never registered, so the rest of the process is left alone.
final class AccpEngine implements Engine {
    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE_PREFIX = HexFormat.of()
            .parseHex("302e020100300506032b657004220420");
    private static final String ALGORITHM = "Ed25519";

    private final Provider provider;
    private final KeyFactory keys;

    private AccpEngine(Provider provider) throws GeneralSecurityException {
        this.provider = provider;
        this.keys = KeyFactory.getInstance(ALGORITHM, provider);
    }

    /// The engine, or empty where the native library does not load.
    static Optional<AccpEngine> load() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            if (provider.getLoadingError() != null) {
                return Optional.empty();
            }
            return Optional.of(new AccpEngine(provider));
        } catch (GeneralSecurityException | LinkageError absent) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "accp";
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            var verifier = java.security.Signature.getInstance(ALGORITHM, provider);
            verifier.initVerify(
                    keys.generatePublic(new X509EncodedKeySpec(join(PUBLIC_PREFIX, publicKey))));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException refused) {
            return false;
        }
    }

    @Override
    public Signer signer(byte[] seed) {
        try {
            PrivateKey key = keys
                    .generatePrivate(new PKCS8EncodedKeySpec(join(PRIVATE_PREFIX, seed)));
            return message -> sign(key, message);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("accp: cannot take an Ed25519 seed", failure);
        }
    }

    private byte[] sign(PrivateKey key, byte[] message) {
        try {
            var signer = java.security.Signature.getInstance(ALGORITHM, provider);
            signer.initSign(key);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("accp: cannot sign", failure);
        }
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] joined = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, joined, head.length, tail.length);
        return joined;
    }
}
