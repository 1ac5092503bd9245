package network.dchat.validator.exchange;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.TransactionList;

/// Packs consensus messages into frames within the limits of the protocol.
public final class Frames {
    /// Most messages of a frame.
    public static final int MESSAGES = 256;
    /// Most bytes of a frame.
    public static final int BYTES = 2 * 1024 * 1024;
    /// Most transactions of a list.
    public static final int TRANSACTIONS = 1_024;
    /// Most bytes of the transactions of a list.
    public static final int TRANSACTION_BYTES = 1024 * 1024;

    private static final int OVERHEAD_BYTES = 16;

    private Frames() {}

    /// The messages in as few frames as they fit, in order.
    public static List<ConsensusFrame> pack(List<ConsensusMessage> messages) {
        List<ConsensusFrame> frames = new ArrayList<>();
        ConsensusFrame.Builder frame = ConsensusFrame.newBuilder();
        int bytes = 0;
        for (ConsensusMessage message : messages) {
            int size = message.getSerializedSize() + OVERHEAD_BYTES;
            if (frame.getMessagesCount() > 0
                    && (frame.getMessagesCount() == MESSAGES || bytes + size > BYTES)) {
                frames.add(frame.build());
                frame = ConsensusFrame.newBuilder();
                bytes = 0;
            }
            frame.addMessages(message);
            bytes += size;
        }
        if (frame.getMessagesCount() > 0) {
            frames.add(frame.build());
        }
        return frames;
    }

    /// Transactions in as few lists as they fit.
    public static List<ConsensusMessage> lists(List<ByteString> transactions) {
        List<ConsensusMessage> messages = new ArrayList<>();
        TransactionList.Builder list = TransactionList.newBuilder();
        int bytes = 0;
        for (ByteString transaction : transactions) {
            int size = transaction.size();
            if (list.getTransactionsCount() > 0 && (list.getTransactionsCount() == TRANSACTIONS
                    || bytes + size > TRANSACTION_BYTES)) {
                messages.add(ConsensusMessage.newBuilder().setTransactions(list).build());
                list = TransactionList.newBuilder();
                bytes = 0;
            }
            list.addTransactions(transaction);
            bytes += size;
        }
        if (list.getTransactionsCount() > 0) {
            messages.add(ConsensusMessage.newBuilder().setTransactions(list).build());
        }
        return messages;
    }

    /// True when a frame from a peer keeps to the limits.
    public static boolean isWithinLimits(ConsensusFrame frame) {
        if (frame.getMessagesCount() > MESSAGES || frame.getSerializedSize() > BYTES) {
            return false;
        }
        return frame.getMessagesList().stream().filter(ConsensusMessage::hasTransactions)
                .map(ConsensusMessage::getTransactions)
                .allMatch(list -> list.getTransactionsCount() <= TRANSACTIONS
                        && list.getTransactionsList().stream().mapToLong(ByteString::size)
                                .sum() <= TRANSACTION_BYTES);
    }
}
