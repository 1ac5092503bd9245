package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.util.Arrays;

/// Secret bytes that can be wiped: they compare in constant time and never show in a text.
///
/// Wiping is as good as Java allows: the array is zeroed, but a copying garbage collector may
/// have left an earlier image of it, and key objects made by the JDK's providers keep their own
/// copy until they are collected.
public final class Secret {
    /// Length in bytes of all keys, chain keys and seeds here.
    public static final int LENGTH = 32;

    private final byte[] bytes;
    private boolean destroyed;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A copy of these bytes as a secret.
    public static Secret of(ByteString bytes) {
        return new Secret(bytes.toByteArray());
    }

    /// The array itself as a secret: the caller must not use it any more.
    static Secret owning(byte[] bytes) {
        return new Secret(bytes);
    }

    /// How many bytes there are.
    public int length() {
        return bytes.length;
    }

    /// A copy for the store, which must seal it.
    public ByteString reveal() {
        requireAlive();
        return ByteString.copyFrom(bytes);
    }

    /// The array itself, to be read and never kept.
    byte[] array() {
        requireAlive();
        return bytes;
    }

    /// Overwrites the bytes with zeros; any later use is an error.
    public void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "***";
    }

    private void requireAlive() {
        if (destroyed) {
            throw new IllegalStateException("secret: used after it was destroyed");
        }
    }
}
