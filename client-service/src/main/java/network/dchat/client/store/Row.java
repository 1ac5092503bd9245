package network.dchat.client.store;

import com.google.protobuf.ByteString;

/// A row with its value unsealed.
///
/// @param id    its name within the section
/// @param value what it holds; never in a text
public record Row(String id, ByteString value) {
    @Override
    public String toString() {
        return "Row[" + id + "]";
    }
}
