package network.dchat.starter.log;

import com.google.protobuf.ByteString;
import java.io.IOException;

/// Is shown the records of a log, in order.
@FunctionalInterface
public interface RecordVisitor {
    /// Takes one record.
    void visit(LogPosition position, ByteString record) throws IOException;
}
