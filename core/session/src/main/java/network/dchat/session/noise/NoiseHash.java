package network.dchat.session.noise;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The hash functions of section 12, with HMAC (RFC 2104) and HKDF (RFC 5869) on them.
public enum NoiseHash {
    /// SHA-256.
    SHA256("SHA256", "SHA-256", "HmacSHA256", 32),
    /// SHA-512.
    SHA512("SHA512", "SHA-512", "HmacSHA512", 64);

    private final String noiseName;
    private final String digestAlgorithm;
    private final String macAlgorithm;
    private final int length;

    NoiseHash(String noiseName, String digestAlgorithm, String macAlgorithm, int length) {
        this.noiseName = noiseName;
        this.digestAlgorithm = digestAlgorithm;
        this.macAlgorithm = macAlgorithm;
        this.length = length;
    }

    /// The name in a protocol name, such as `SHA256`.
    public String noiseName() {
        return noiseName;
    }

    /// HASHLEN: bytes of a hash.
    public int length() {
        return length;
    }

    /// The hash of the parts, joined.
    public byte[] hash(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(digestAlgorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(noiseName + " is missing in this Java runtime", e);
        }
    }

    /// HMAC of the parts, joined, under a key.
    public Secret hmac(Secret key, byte[]... parts) {
        return Secret.owning(hmac(key.array(), parts));
    }

    /// The first `count` outputs of HKDF (section 4.3), each as long as the hash.
    public List<Secret> hkdf(Secret chainingKey, byte[] inputKeyMaterial, int count) {
        byte[] temporaryKey = hmac(chainingKey.array(), inputKeyMaterial);
        List<Secret> outputs = new ArrayList<>(count);
        byte[] previous = new byte[0];
        for (int index = 1; index <= count; index++) {
            previous = hmac(temporaryKey, previous, new byte[]{(byte) index});
            outputs.add(Secret.owning(previous));
        }
        Arrays.fill(temporaryKey, (byte) 0);
        return outputs;
    }

    private byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(macAlgorithm);
            mac.init(new SecretKeySpec(key, macAlgorithm));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(macAlgorithm + " of this Java runtime does not work",
                    e);
        }
    }
}
