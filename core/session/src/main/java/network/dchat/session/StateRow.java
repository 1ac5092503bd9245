package network.dchat.session;

import com.google.protobuf.ByteString;

/// One row of the stored state. Its value holds private keys: the store seals it.
///
/// @param key printable, at most 96 characters, the same for as long as the row lives
/// @param value protobuf of `session.proto`
public record StateRow(String key, ByteString value) {
    @Override
    public String toString() {
        return "StateRow[" + key + "]";
    }
}
