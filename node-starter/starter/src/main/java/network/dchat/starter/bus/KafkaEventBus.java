package network.dchat.starter.bus;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import network.dchat.starter.postgres.Row;
import network.dchat.starter.status.Crashable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the rows of the table `bus_outbox` to Kafka, in order, and deletes them once Kafka has
/// acknowledged them. At least once: after a crash the last batch may be sent again.
///
/// While Kafka is away rows wait in PostgreSQL; nothing in the protocol waits for them.
public final class KafkaEventBus implements EventBus, Crashable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaEventBus.class);
    private static final String INSERT = "insert into bus_outbox (topic, event_key, event_value)"
            + " values (?, ?, ?)";
    private static final String SELECT = "select id, topic, event_key, event_value"
            + " from bus_outbox order by id limit ?";
    private static final String DELETE = "delete from bus_outbox where id <= ?";

    private final DataSource dataSource;
    private final Producer<byte[], byte[]> producer;
    private final BusProperties properties;
    private final Counter published;
    private final Counter failures;
    private final Semaphore work = new Semaphore(0);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile boolean failing;

    /// A publisher that starts at once.
    public KafkaEventBus(DataSource dataSource, Producer<byte[], byte[]> producer,
            BusProperties properties, MeterRegistry meters, String nodeName) {
        this.dataSource = dataSource;
        this.producer = producer;
        this.properties = properties;
        this.published = meters.counter("dchat.bus.events.published");
        this.failures = meters.counter("dchat.bus.publish.failures");
        Gauge.builder("dchat.bus.failing", this, bus -> bus.failing ? 1 : 0).register(meters);
        this.thread = Thread.ofPlatform().daemon().name(nodeName + "-bus").start(this::publish);
    }

    @Override
    public List<Row> event(Topic topic, ByteString key, ByteString value) {
        return List.of(Row.of(INSERT, topic.text(), key, value));
    }

    @Override
    public void wake() {
        work.release();
    }

    @Override
    public void crash() {
        running = false;
        thread.interrupt();
    }

    @Override
    public void close() {
        crash();
        producer.close();
    }

    private void publish() {
        while (running) {
            try {
                if (!publishBatch()
                        && work.tryAcquire(properties.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    work.drainPermits();
                }
                failing = false;
            } catch (SQLException | ExecutionException | TimeoutException e) {
                failures.increment();
                if (!failing) {
                    LOG.warn("event=bus-fails reason={}", e.toString());
                }
                failing = true;
                pause();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void pause() {
        try {
            boolean woken = work.tryAcquire(properties.deadline().toMillis(),
                    TimeUnit.MILLISECONDS);
            LOG.debug("event=bus-retries woken={}", woken);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }

    /// Publishes one batch; answers whether it was full, so that more may wait.
    private boolean publishBatch()
            throws SQLException, ExecutionException, InterruptedException, TimeoutException {
        try (Connection connection = dataSource.getConnection()) {
            List<Future<?>> sent = new ArrayList<>();
            long last = send(connection, sent);
            for (Future<?> future : sent) {
                future.get(properties.deadline().toMillis(), TimeUnit.MILLISECONDS);
            }
            if (!sent.isEmpty()) {
                delete(connection, last);
                published.increment(sent.size());
            }
            return sent.size() == properties.batch();
        }
    }

    private long send(Connection connection, List<Future<?>> sent) throws SQLException {
        long last = 0;
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setInt(1, properties.batch());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    last = rows.getLong(1);
                    sent.add(producer.send(new ProducerRecord<>(rows.getString(2), rows.getBytes(3),
                            rows.getBytes(4))));
                }
            }
        }
        return last;
    }

    private static void delete(Connection connection, long last) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            delete.setLong(1, last);
            delete.executeUpdate();
        }
    }
}
