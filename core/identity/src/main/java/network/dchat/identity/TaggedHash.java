package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// H(tag, parts) = SHA-256(tag ‖ parts): a hash that means one thing only.
///
/// The parts are joined without their lengths, so at most one of them may be of variable length.
public final class TaggedHash {
    private TaggedHash() {}

    /// SHA-256 of the tag's UTF-8 bytes followed by the parts.
    ///
    /// @param tag `dchat/<what>/<version>`, such as `dchat/order/1`
    public static Hash of(String tag, ByteString... parts) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(tag.getBytes(StandardCharsets.UTF_8));
        for (ByteString part : parts) {
            Sha256.update(digest, part);
        }
        return Sha256.finish(digest);
    }
}
