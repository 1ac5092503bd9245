package network.dchat.validator.snapshot;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;

/// A block that an operator trusts, because someone told of it whom the operator trusts.
///
/// @param hash of its header
record TrustPoint(long height, Hash hash) {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,17}):([0-9a-fA-F]{64})");

    /// A point in the form `HEIGHT:HASH`.
    ///
    /// @throws IllegalArgumentException when it is in another
    static TrustPoint parse(String text) {
        Matcher matcher = FORM.matcher(text);
        Optional<ByteString> hash = matcher.matches()
                ? Octets.parseHex(matcher.group(2))
                : Optional.empty();
        if (hash.isEmpty()) {
            throw new IllegalArgumentException("dchat.validator.trust: " + text
                    + " (expected: HEIGHT:HASH, a height from 1 and 64 hex digits)");
        }
        return new TrustPoint(Long.parseLong(matcher.group(1)), new Hash(hash.get()));
    }

    @Override
    public String toString() {
        return height + ":" + hash.hex();
    }
}
