package network.dchat.client.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Optional;

/// Reads and writes of rows that become durable together.
public interface Transaction {
    /// The value of a row; empty when there is none.
    Optional<ByteString> get(Section section, String id) throws IOException;

    /// Writes a row, in place of the one before it.
    void put(Section section, String id, ByteString value) throws IOException;

    /// Removes a row, if there is one.
    void remove(Section section, String id) throws IOException;
}
