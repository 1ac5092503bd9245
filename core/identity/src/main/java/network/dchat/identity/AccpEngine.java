package network.dchat.identity;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/// Ed25519 by Amazon Corretto Crypto Provider: native code, where its library loads.
///
/// The provider is used as an object and never registered, so the rest of the process is left alone.
final class AccpEngine implements Engine {
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
    public boolean verify(ByteString publicKey, ByteString message, ByteString signature) {
        try {
            var verifier = java.security.Signature.getInstance(ALGORITHM, provider);
            verifier.initVerify(keys.generatePublic(
                    new X509EncodedKeySpec(KeyEncoding.subjectPublicKeyInfo(publicKey))));
            verifier.update(message.toByteArray());
            return verifier.verify(signature.toByteArray());
        } catch (GeneralSecurityException refused) {
            return false;
        }
    }

    @Override
    public Signer signer(ByteString seed) {
        try {
            PrivateKey key = keys
                    .generatePrivate(new PKCS8EncodedKeySpec(KeyEncoding.privateKeyInfo(seed)));
            return message -> sign(key, message);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("accp: cannot take an Ed25519 seed", failure);
        }
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
}
