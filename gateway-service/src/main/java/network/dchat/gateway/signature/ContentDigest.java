package network.dchat.gateway.signature;

import com.google.protobuf.ByteString;
import java.util.Base64;
import network.dchat.identity.Sha256;

/// The `Content-Digest` field (RFC 9530 section 2) with SHA-256.
public final class ContentDigest {
    private static final String PREFIX = "sha-256=:";

    private ContentDigest() {}

    /// The field's value for a body.
    public static String of(ByteString body) {
        return PREFIX + Base64.getEncoder().encodeToString(Sha256.of(body).bytes().toByteArray())
                + ":";
    }

    /// True when the field names the body's SHA-256, whatever other digests it names.
    public static boolean matches(String field, ByteString body) {
        String expected = of(body);
        for (String member : field.split(",", 8)) {
            if (member.strip().startsWith(PREFIX)) {
                return member.strip().equals(expected);
            }
        }
        return false;
    }
}
