package network.dchat.validator.postgres;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import network.dchat.identity.Hash;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.starter.bus.EventBus;
import network.dchat.starter.bus.Topic;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.postgres.Row;
import network.dchat.validator.chain.BlockCommitments;
import network.dchat.validator.chain.CommitmentFinder;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.Vote;
import org.springframework.jdbc.core.JdbcTemplate;

/// The index of blocks and commitments in PostgreSQL. A block's rows and its event for the bus
/// are written in one transaction. Calls block.
public final class BlockIndex implements CommitmentFinder.Index {
    private static final String INSERT_BLOCK = "insert into block"
            + " (height, hash, time_millis, round, proposer, transactions, commitments, bytes)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)" + " on conflict (height) do nothing";
    private static final String INSERT_COMMITMENTS = "insert into block_commitments"
            + " (height, commitments, positions) values (?, ?, ?) on conflict (height) do nothing";
    private static final String FIND = "select height, commitments, positions"
            + " from block_commitments where position(? in commitments) > 0 order by height";
    private static final String INSERT_EVIDENCE = "insert into evidence"
            + " (height, position, validator, offence_height, content) values (?, ?, ?, ?, ?)"
            + " on conflict (height, position) do nothing";
    private static final String DELETE_BELOW = "delete from block where height in"
            + " (select height from block where height < ? order by height limit ?)";
    private static final int DELETED_AT_ONCE = 1_000;
    private static final String DELETE_ABOVE = "delete from block where height > ?";
    private static final long MILLIS = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final BatchWriter writer;
    private final JdbcTemplate jdbc;
    private final BlockRows rows;
    private final EventBus bus;

    /// An index that tells a bus of what it takes.
    public BlockIndex(BatchWriter writer, JdbcTemplate jdbc, BlockRows rows, EventBus bus) {
        this.writer = writer;
        this.jdbc = jdbc;
        this.rows = rows;
        this.bus = bus;
    }

    /// Height of the highest block; 0 while there is none.
    public long height() {
        return rows.highest().map(BlockRow::height).orElse(0L);
    }

    /// Hash of the highest block; empty while there is none.
    public Optional<Hash> tip() {
        return rows.highest().flatMap(row -> Hash.parse(ByteString.copyFrom(row.hash())));
    }

    /// The height of the block with this hash.
    public OptionalLong heightOf(Hash hash) {
        return rows.byHash(hash.bytes().toByteArray()).stream().mapToLong(BlockRow::height)
                .findFirst();
    }

    /// Writes final blocks, durably.
    ///
    /// @throws IOException when PostgreSQL did not take them
    public void add(List<CommittedBlock> blocks) throws IOException {
        List<Row> written = new ArrayList<>();
        for (CommittedBlock block : blocks) {
            BlockCommitments commitments = BlockCommitments.of(block.getBlock());
            written.add(blockRow(block, commitments.size()));
            if (commitments.size() > 0) {
                written.add(Row.of(INSERT_COMMITMENTS, commitments.height(),
                        commitments.commitments(), commitments.positions()));
            }
            written.addAll(evidenceRows(block.getBlock()));
            written.addAll(bus.event(Topic.BLOCKS, block.getBlock().getHeader().getChainIdBytes(),
                    block.toByteString()));
        }
        writer.write(written);
        bus.wake();
    }

    /// Forgets all blocks above a height: the block file no longer holds them.
    public void truncate(long height) {
        jdbc.update(DELETE_ABOVE, height);
    }

    /// Forgets all blocks below a height: the block file no longer holds them.
    public void prune(long first) {
        int deleted = DELETED_AT_ONCE;
        while (deleted == DELETED_AT_ONCE) {
            deleted = jdbc.update(DELETE_BELOW, first, DELETED_AT_ONCE);
        }
    }

    @Override
    public Optional<OrderPosition> find(OrderCommitment commitment) {
        return jdbc
                .query(FIND, (row, _) -> new BlockCommitments(row.getLong(1),
                        ByteString.copyFrom(row.getBytes(2)), ByteString.copyFrom(row.getBytes(3))),
                        (Object) commitment.bytes().toByteArray())
                .stream().flatMap(block -> block.find(commitment).stream()).findFirst();
    }

    private static List<Row> evidenceRows(Block block) {
        List<Row> rows = new ArrayList<>();
        for (int at = 0; at < block.getEvidence().getEvidenceCount(); at++) {
            Evidence evidence = block.getEvidence().getEvidence(at);
            Vote vote = evidence.getDuplicateVoteEvidence().getVoteA();
            rows.add(Row.of(INSERT_EVIDENCE, block.getHeader().getHeight(), at,
                    vote.getValidatorAddress(), vote.getHeight(), evidence.toByteString()));
        }
        return rows;
    }

    private static Row blockRow(CommittedBlock block, int commitments) {
        Header header = block.getBlock().getHeader();
        long millis = header.getTime().getSeconds() * MILLIS
                + header.getTime().getNanos() / NANOS_PER_MILLI;
        return Row.of(INSERT_BLOCK, header.getHeight(), Blocks.headerHash(header).bytes(), millis,
                block.getCommit().getRound(), header.getProposerAddress(),
                block.getBlock().getData().getTxsCount(), commitments, block.getSerializedSize());
    }
}
