package network.dchat.identity;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 over byte strings, read in place.
public final class Sha256 {
    private Sha256() {}

    /// SHA-256 of the parts, one after the other.
    public static Hash of(ByteString... parts) {
        MessageDigest digest = newDigest();
        for (ByteString part : parts) {
            update(digest, part);
        }
        return finish(digest);
    }

    /// SHA-256 of a byte array.
    public static Hash of(byte[] bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes);
        return finish(digest);
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", missing);
        }
    }

    static void update(MessageDigest digest, ByteString bytes) {
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, new Feed(digest));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static Hash finish(MessageDigest digest) {
        return new Hash(UnsafeByteOperations.unsafeWrap(digest.digest()));
    }

    /// Feeds the inside of a byte string to a digest, which only reads it.
    private static final class Feed extends ByteOutput {
        private final MessageDigest digest;

        Feed(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public void write(byte value) {
            digest.update(value);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            digest.update(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            digest.update(value, offset, length);
        }

        @Override
        public void write(ByteBuffer value) {
            digest.update(value);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            digest.update(value);
        }
    }
}
