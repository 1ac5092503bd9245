package network.dchat.starter.rpc;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Keeps out of the log what any stranger could fill it with: gRPC warns of every message that it
/// cannot take off the wire, with a stack trace. [RequestGuard] counts these instead.
final class TransportLog {
    private static final Logger STREAMS = Logger.getLogger("io.grpc.netty.NettyServerStream");
    private static final String UNREADABLE = "Exception processing message";

    private TransportLog() {}

    /// Has the effect once for all servers of this process.
    static void leaveOutUnreadableMessages() {
        STREAMS.setFilter(TransportLog::isWorthALine);
    }

    private static boolean isWorthALine(LogRecord record) {
        return !UNREADABLE.equals(record.getMessage());
    }
}
