package network.dchat.identity;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Optional;

/// Ed25519 by Amazon Corretto Crypto Provider: native code, where its library loads.
///
/// The provider is used as an object and never registered, so the rest of the process is left
/// alone. It takes keys as their encoded bytes: the JDK's key factory, with its arithmetic, is not
/// in the way.
final class AccpEngine implements Engine {
    private static final String ALGORITHM = "Ed25519";
    private static final String KEY_ALGORITHM = "EdDSA";

    private final Provider provider;

    private AccpEngine(Provider provider) {
        this.provider = provider;
    }

    /// The engine, or empty where the native library does not load.
    static Optional<AccpEngine> load() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            boolean usable = provider.getLoadingError() == null
                    && provider.getService("Signature", ALGORITHM) != null;
            return usable ? Optional.of(new AccpEngine(provider)) : Optional.empty();
        } catch (LinkageError absent) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "accp";
    }

    @Override
    public boolean verify(ByteString publicKey, ByteString message, ByteString signature) {
        try {
            var verifier = java.security.Signature.getInstance(ALGORITHM, provider);
            verifier.initVerify(new EncodedPublicKey(publicKey));
            verifier.update(message.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (GeneralSecurityException refused) {
            return false;
        }
    }

    @Override
    public Signer signer(ByteString seed) {
        PrivateKey key = new EncodedPrivateKey(seed);
        return message -> sign(key, message);
    }

    private ByteString sign(PrivateKey key, ByteString message) {
        try {
            var signer = java.security.Signature.getInstance(ALGORITHM, provider);
            signer.initSign(key);
            signer.update(message.toByteArray());
            return ByteString.copyFrom(signer.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("accp: cannot sign", failure);
        }
    }

    /// A public key as its bytes.
    private record EncodedPublicKey(ByteString bytes) implements java.security.PublicKey {
        @Override
        public String getAlgorithm() {
            return KEY_ALGORITHM;
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return KeyEncoding.subjectPublicKeyInfo(bytes);
        }
    }

    /// A private key as its seed.
    private record EncodedPrivateKey(ByteString seed) implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return KEY_ALGORITHM;
        }

        @Override
        public String getFormat() {
            return "PKCS#8";
        }

        @Override
        public byte[] getEncoded() {
            return KeyEncoding.privateKeyInfo(seed);
        }

        @Override
        public String toString() {
            return "***";
        }
    }
}
