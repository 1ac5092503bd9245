package network.dchat.client.keys;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.SealedUserKeys;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.UserKeySeeds;

/// The file `user.keys`: the user's keys, sealed under a passphrase.
///
/// The sealing key is PBKDF2-HMAC-SHA256 of the passphrase, 600,000 iterations and a random salt.
/// The
/// device certificate is made anew when it is for another network or about to expire.
public final class KeyStore {
    /// Iterations of new files.
    public static final int ITERATIONS = 600_000;

    private static final int VERSION = 1;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int LEAST_ITERATIONS = 100_000;
    private static final int SALT_LENGTH = 32;
    private static final int MOST_BYTES = 64 * 1024;
    private static final long RENEW_MILLIS = TimeUnit.DAYS.toMillis(60);
    private static final long CERTIFICATE_MILLIS = TimeUnit.DAYS.toMillis(730);
    private static final long CLOCK_MARGIN_MILLIS = TimeUnit.MINUTES.toMillis(5);
    private static final ByteString ASSOCIATED = ByteString.copyFromUtf8("dchat/key-store/1");

    private final Path file;
    private final NetworkId network;
    private final SecureRandom random = new SecureRandom();

    /// The key store in this file.
    public KeyStore(Path file, NetworkId network) {
        this.file = file;
        this.network = network;
    }

    /// The keys of the file; new ones are made where there is no file.
    ///
    /// @throws IllegalStateException when the passphrase is wrong or the file is damaged
    public UserKeys open(String passphrase, long nowMillis) {
        try {
            if (!Files.exists(file)) {
                UserKeySeeds made = UserKeySeeds.newBuilder()
                        .setIdentitySeed(randomBytes(SigningKey.SEED_LENGTH))
                        .setDeviceSeed(randomBytes(SigningKey.SEED_LENGTH))
                        .setStoreKey(randomBytes(SealingKey.LENGTH)).build();
                return keys(certified(made, nowMillis), passphrase, true);
            }
            UserKeySeeds found = unseal(passphrase);
            boolean current = isCurrent(found, nowMillis);
            return keys(current ? found : certified(found, nowMillis), passphrase, !current);
        } catch (IOException e) {
            throw new UncheckedIOException("key store " + file + " cannot be read or written", e);
        }
    }

    private UserKeys keys(UserKeySeeds seeds, String passphrase, boolean save) throws IOException {
        if (save) {
            seal(seeds, passphrase);
        }
        return new UserKeys(SigningKey.fromSeed(seeds.getIdentitySeed()),
                SigningKey.fromSeed(seeds.getDeviceSeed()), seeds.getDeviceCertificate(),
                new SealingKey(seeds.getStoreKey()));
    }

    private boolean isCurrent(UserKeySeeds seeds, long nowMillis) {
        return DeviceCertificate.verify(seeds.getDeviceCertificate(), network, nowMillis)
                .toOptional().filter(found -> found.expiresAtMillis() - nowMillis > RENEW_MILLIS)
                .isPresent();
    }

    private UserKeySeeds certified(UserKeySeeds seeds, long nowMillis) {
        SigningKey identity = SigningKey.fromSeed(seeds.getIdentitySeed());
        SigningKey device = SigningKey.fromSeed(seeds.getDeviceSeed());
        long issued = Math.max(0, nowMillis - CLOCK_MARGIN_MILLIS);
        SignedBytes certificate = new DeviceCertificate(identity.publicKey(), device.publicKey(),
                issued, issued + CERTIFICATE_MILLIS, 1).sign(network, identity).signed();
        return seeds.toBuilder().setDeviceCertificate(certificate).build();
    }

    private UserKeySeeds unseal(String passphrase) throws IOException {
        SecretFile.requireOwnerOnly(file);
        if (Files.size(file) > MOST_BYTES) {
            throw new IllegalStateException("key store " + file + ": " + Files.size(file)
                    + " bytes (expected: at most " + MOST_BYTES + ")");
        }
        try {
            SealedUserKeys sealed = SealedUserKeys.parseFrom(Files.readAllBytes(file));
            if (sealed.getVersion() != VERSION || sealed.getIterations() < LEAST_ITERATIONS
                    || sealed.getIterations() > MOST_ITERATIONS
                    || sealed.getSalt().size() != SALT_LENGTH) {
                throw damaged(null);
            }
            SealingKey key = derive(passphrase, sealed.getSalt(), sealed.getIterations());
            ByteString opened = key.open(sealed.getSealed(), ASSOCIATED)
                    .orElseThrow(() -> new IllegalStateException("key store " + file
                            + ": does not open (wrong passphrase, or the file is damaged)"));
            return UserKeySeeds.parseFrom(opened);
        } catch (InvalidProtocolBufferException e) {
            throw damaged(e);
        }
    }

    private IllegalStateException damaged(@org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalStateException("key store " + file + ": damaged", cause);
    }

    private void seal(UserKeySeeds seeds, String passphrase) throws IOException {
        ByteString salt = randomBytes(SALT_LENGTH);
        SealingKey key = derive(passphrase, salt, ITERATIONS);
        SealedUserKeys sealed = SealedUserKeys.newBuilder().setVersion(VERSION)
                .setIterations(ITERATIONS).setSalt(salt)
                .setSealed(key.seal(seeds.toByteString(), ASSOCIATED)).build();
        SecretFile.create(file, sealed.toByteArray());
    }

    private static SealingKey derive(String passphrase, ByteString salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(passphrase.toCharArray(), salt.toByteArray(), iterations,
                SealingKey.LENGTH * Byte.SIZE);
        try {
            return new SealingKey(ByteString.copyFrom(SecretKeyFactory
                    .getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("PBKDF2: not available in this JDK", e);
        } finally {
            spec.clearPassword();
        }
    }

    private ByteString randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
