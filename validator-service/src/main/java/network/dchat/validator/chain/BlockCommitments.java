package network.dchat.validator.chain;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;

/// The commitments of one block, sorted, with where each stands first.
///
/// @param height of the block
/// @param commitments 32 bytes each
/// @param positions transaction and index of each, 4 bytes big-endian each
public record BlockCommitments(long height, ByteString commitments, ByteString positions) {
    private static final int POSITION_BYTES = 2 * Integer.BYTES;

    /// Refuses lists of different lengths.
    public BlockCommitments {
        if (commitments.size() / Hash.LENGTH != positions.size() / POSITION_BYTES
                || commitments.size() % Hash.LENGTH != 0
                || positions.size() % POSITION_BYTES != 0) {
            throw new IllegalArgumentException("commitments: " + commitments.size() + " bytes for "
                    + positions.size() + " bytes of positions (expected: 32 for 8)");
        }
    }

    /// The commitments of a final block.
    public static BlockCommitments of(Block block) {
        Map<OrderCommitment, OrderPosition> sorted = new TreeMap<>();
        long height = block.getHeader().getHeight();
        for (int index = 0; index < block.getData().getTxsCount(); index++) {
            TransactionBody body = body(block.getData().getTxs(index));
            for (int at = 0; at < body.getOrderBatch().getCommitmentsCount(); at++) {
                OrderPosition position = new OrderPosition(height, index, at);
                OrderCommitment.parse(body.getOrderBatch().getCommitments(at))
                        .ifPresent(commitment -> sorted.putIfAbsent(commitment, position));
            }
        }
        ByteString.Output commitments = ByteString.newOutput(sorted.size() * Hash.LENGTH);
        ByteBuffer positions = ByteBuffer.allocate(sorted.size() * POSITION_BYTES);
        sorted.forEach((commitment, position) -> {
            for (int at = 0; at < Hash.LENGTH; at++) {
                commitments.write(commitment.bytes().byteAt(at));
            }
            positions.putInt(position.transaction()).putInt(position.index());
        });
        return new BlockCommitments(height, commitments.toByteString(),
                ByteString.copyFrom(positions.flip()));
    }

    /// How many there are.
    public int size() {
        return commitments.size() / Hash.LENGTH;
    }

    /// Where a commitment stands in this block; empty when it does not.
    public Optional<OrderPosition> find(OrderCommitment commitment) {
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = at(middle).compareTo(commitment);
            if (order == 0) {
                return Optional.of(position(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    private OrderCommitment at(int index) {
        return new OrderCommitment(
                new Hash(commitments.substring(index * Hash.LENGTH, (index + 1) * Hash.LENGTH)));
    }

    private OrderPosition position(int index) {
        ByteBuffer position = positions
                .substring(index * POSITION_BYTES, (index + 1) * POSITION_BYTES)
                .asReadOnlyByteBuffer();
        return new OrderPosition(height, position.getInt(), position.getInt());
    }

    private static TransactionBody body(ByteString transaction) {
        try {
            return TransactionBody.parseFrom(SignedBytes.parseFrom(transaction).getBody());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("transaction of a final block: does not decode",
                    broken);
        }
    }
}
